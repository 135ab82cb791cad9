namespace Millrace.Worker.Schemas;

/// <summary><c>allOf</c></summary>
internal sealed class AllRule(SchemaNode[] schemas) : Rule("allOf")
{
    public override IEnumerable<SchemaNode> InPlace => schemas;

    public override bool Holds(Check check, JsonTree value, Seen? seen)
    {
        var isGood = true;
        foreach (var schema in schemas)
        {
            isGood &= check.Fits(schema, value, seen);
            if (!isGood && check.IsMuted) return false;
        }
        return isGood;
    }
}

/// <summary><c>$ref</c></summary>
internal sealed class ReferenceRule() : Rule("$ref")
{
    /// <summary>Set when all schemas have been read.</summary>
    public SchemaNode Target { get; set; } = null!;

    public override IEnumerable<SchemaNode> InPlace => [Target];

    public override bool Holds(Check check, JsonTree value, Seen? seen) => check.Fits(Target, value, seen);
}

/// <summary><c>anyOf</c></summary>
internal sealed class AnyRule(SchemaNode[] schemas) : Rule("anyOf")
{
    public override IEnumerable<SchemaNode> InPlace => schemas;

    public override bool Holds(Check check, JsonTree value, Seen? seen)
    {
        var (mark, isGood) = (check.Mark, false);
        foreach (var schema in schemas)
        {
            var own = Seen.Another(seen, value, check.Steps);
            if (!check.Fits(schema, value, own)) continue;
            isGood = true;
            if (seen is null) break;
            seen.Add(own!);
        }
        return isGood ? check.Forget(mark) : check.BrokenSince(mark, value, Keyword, $"the value fits none of the {schemas.Length} schemas of anyOf");
    }
}

/// <summary><c>oneOf</c></summary>
internal sealed class OneRule(SchemaNode[] schemas) : Rule("oneOf")
{
    public override IEnumerable<SchemaNode> InPlace => schemas;

    public override bool Holds(Check check, JsonTree value, Seen? seen)
    {
        var (mark, fitting) = (check.Mark, 0);
        foreach (var schema in schemas)
        {
            var own = Seen.Another(seen, value, check.Steps);
            if (!check.Fits(schema, value, own)) continue;
            if (own is not null) seen!.Add(own);
            if (++fitting > 1) break;
        }
        if (fitting == 0) return check.BrokenSince(mark, value, Keyword, $"the value fits none of the {schemas.Length} schemas of oneOf");
        check.Forget(mark);
        return fitting == 1 || check.Broken(value, Keyword, "the value fits more than one of the schemas of oneOf; it must fit exactly one");
    }
}

/// <summary><c>not</c></summary>
internal sealed class NotRule(SchemaNode schema) : Rule("not")
{
    public override IEnumerable<SchemaNode> InPlace => [schema];

    public override bool Holds(Check check, JsonTree value, Seen? seen) =>
        !check.FitsQuietly(schema, value) || check.Broken(value, Keyword, "the value fits the schema of not");
}

/// <summary><c>if</c>, <c>then</c>, <c>else</c></summary>
internal sealed class ConditionRule(SchemaNode condition, SchemaNode? then, SchemaNode? otherwise) : Rule("if")
{
    public override IEnumerable<SchemaNode> InPlace => new[] { condition, then, otherwise }.OfType<SchemaNode>();

    public override bool Holds(Check check, JsonTree value, Seen? seen)
    {
        var own = Seen.Another(seen, value, check.Steps);
        var isMet = check.FitsQuietly(condition, value, own);
        if (isMet && own is not null) seen!.Add(own);
        return (isMet ? then : otherwise) is not { } next || check.Fits(next, value, seen);
    }
}
