namespace Millrace.Providers.Schemas;

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
