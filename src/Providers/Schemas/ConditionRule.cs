namespace Millrace.Providers.Schemas;

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
