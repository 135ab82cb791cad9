using System.Text.Json;

namespace Millrace.Providers.Schemas;

/// <summary><c>prefixItems</c> and <c>items</c>; in older schemas <c>items</c> with a list, and <c>additionalItems</c>.</summary>
/// <param name="first">For the first items, one each.</param>
/// <param name="rest">For those behind them, or null.</param>
internal sealed class ItemsRule(SchemaNode[] first, SchemaNode? rest) : Rule("items")
{
    public override bool Holds(Check check, JsonTree value, Seen? seen)
    {
        if (value.Kind != JsonValueKind.Array) return true;
        var isGood = true;
        for (var i = 0; i < value.Items.Length; i++)
        {
            if ((i < first.Length ? first[i] : rest) is not { } schema) break;
            seen?.Add(i);
            if (schema.Verdict == false) isGood = check.Broken(value.Items[i], Keyword, "no item is allowed here");
            else isGood &= check.Fits(schema, value.Items[i]);
            if (!isGood && check.IsMuted) return false;
        }
        return isGood;
    }
}
