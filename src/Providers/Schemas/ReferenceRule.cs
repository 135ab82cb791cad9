namespace Millrace.Providers.Schemas;

/// <summary><c>$ref</c></summary>
internal sealed class ReferenceRule() : Rule("$ref")
{
    /// <summary>Set when all schemas have been read.</summary>
    public SchemaNode Target { get; set; } = null!;

    public override IEnumerable<SchemaNode> InPlace => [Target];

    public override bool Holds(Check check, JsonTree value, Seen? seen) => check.Fits(Target, value, seen);
}
