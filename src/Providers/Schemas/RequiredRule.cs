using System.Text.Json;

namespace Millrace.Providers.Schemas;

/// <summary><c>required</c></summary>
internal sealed class RequiredRule(List<string> names) : Rule("required")
{
    public override bool Holds(Check check, JsonTree value, Seen? seen) =>
        value.Kind != JsonValueKind.Object || Missing(check, value, names) is not { Count: > 0 } missing
        || check.Broken(value, Keyword, $"members are missing: {string.Join(", ", missing)}");

    private const int MostNamed = 10;

    /// <summary>The first few.</summary>
    public static List<string> Missing(Check check, JsonTree value, List<string> names)
    {
        check.Steps.Take(names.Count);
        var missing = names.FindAll(name => !value.Members.ContainsKey(name));
        return missing.Count == 0 ? missing : [.. missing.Take(MostNamed).Select(JsonTree.Shown)];
    }
}
