using System.Text.Json;

namespace Millrace.Providers.Schemas;

/// <summary><c>dependentRequired</c>, and <c>dependencies</c> with names</summary>
internal sealed class DependentNamesRule(Dictionary<string, List<string>> byName) : Rule("dependentRequired")
{
    public override bool Holds(Check check, JsonTree value, Seen? seen)
    {
        if (value.Kind != JsonValueKind.Object) return true;
        var isGood = true;
        foreach (var (name, names) in byName)
        {
            check.Steps.Take();
            if (!value.Members.ContainsKey(name) || RequiredRule.Missing(check, value, names) is not { Count: > 0 } missing) continue;
            isGood = check.Broken(value, Keyword, $"beside '{JsonTree.Shown(name)}' members are missing: {string.Join(", ", missing)}");
        }
        return isGood;
    }
}
