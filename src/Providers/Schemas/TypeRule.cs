using System.Text.Json;

namespace Millrace.Providers.Schemas;

/// <summary><c>type</c></summary>
internal sealed class TypeRule(IReadOnlyList<string> types) : Rule("type")
{
    public static readonly string[] Names = ["null", "boolean", "object", "array", "number", "integer", "string"];

    private readonly HashSet<string> allowed = new(types, StringComparer.Ordinal);

    public override bool Holds(Check check, JsonTree value, Seen? seen) =>
        allowed.Contains(NameOf(value)) || (value.Kind == JsonValueKind.Number && value.Number.IsInteger && allowed.Contains("integer"))
        || check.Broken(value, Keyword, $"the value is of type {NameOf(value)}; it must be {string.Join(" or ", types)}");

    private static string NameOf(JsonTree value) => value.Kind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.Number => "number",
        JsonValueKind.String => "string",
        _ => "null",
    };
}
