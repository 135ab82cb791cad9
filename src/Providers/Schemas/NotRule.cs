namespace Millrace.Providers.Schemas;

/// <summary><c>not</c></summary>
internal sealed class NotRule(SchemaNode schema) : Rule("not")
{
    public override IEnumerable<SchemaNode> InPlace => [schema];

    public override bool Holds(Check check, JsonTree value, Seen? seen) =>
        !check.FitsQuietly(schema, value) || check.Broken(value, Keyword, "the value fits the schema of not");
}
