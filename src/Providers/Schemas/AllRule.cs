namespace Millrace.Providers.Schemas;

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
