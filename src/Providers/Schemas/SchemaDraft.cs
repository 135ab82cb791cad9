using System.Text.Json;

namespace Millrace.Providers.Schemas;

/// <summary>A version of JSON Schema. They are read alike where they do not contradict each other.</summary>
/// <param name="ReferenceIsAlone">What stands beside a <c>$ref</c> counts for nothing.</param>
internal sealed record SchemaDraft(string Address, bool ReferenceIsAlone)
{
    public static SchemaDraft Latest { get; } = new("https://json-schema.org/draft/2020-12/schema", false);

    private static readonly SchemaDraft[] All =
    [
        Latest,
        new("https://json-schema.org/draft/2019-09/schema", false),
        new("http://json-schema.org/draft-07/schema", true),
        new("http://json-schema.org/draft-06/schema", true),
    ];

    /// <summary>The one that a <c>$schema</c> names, or null.</summary>
    public static SchemaDraft? Of(JsonTree named) => named.Kind == JsonValueKind.String ? Array.Find(All, dialect => Bare(dialect.Address) == Bare(named.Text)) : null;

    public static SchemaException Unknown(JsonTree named) => new(
        $"'$schema' is '{(named.Kind == JsonValueKind.String ? SchemaReferences.Shown(named.Text) : named.Kind)}'; in the whole schema it must be one and the same of "
        + $"{string.Join(", ", All.Select(dialect => dialect.Address))}, or be left out");

    /// <summary>Written with http or https, and with or without an empty fragment.</summary>
    private static string Bare(string address) => address.TrimEnd('#').Replace("https://", "http://", StringComparison.Ordinal);
}
