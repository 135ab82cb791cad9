using System.Text.Json;

namespace Millrace.Providers.Schemas;

/// <summary><c>uniqueItems</c></summary>
internal sealed class UniqueRule() : Rule("uniqueItems")
{
    public override bool Holds(Check check, JsonTree value, Seen? seen)
    {
        if (value.Kind != JsonValueKind.Array) return true;
        var items = new ValueSet();
        foreach (var item in value.Items)
        {
            if (items.Add(item, check.Steps) is { } equal) return check.Broken(item, Keyword, $"the item is equal to that at {equal.Location}; no two may be equal");
        }
        return true;
    }
}
