using System.Text.Json;

namespace Millrace.Providers.Schemas;

/// <summary><c>unevaluatedItems</c>: of the items that no other rule has looked at.</summary>
internal sealed class UnseenItemsRule(SchemaNode schema) : Rule("unevaluatedItems")
{
    public override bool AsksWhatIsSeen => true;

    public override bool Holds(Check check, JsonTree value, Seen? seen)
    {
        if (value.Kind != JsonValueKind.Array) return true;
        var isGood = true;
        for (var i = 0; i < value.Items.Length; i++)
        {
            check.Steps.Take();
            if (seen![i]) continue;
            isGood &= schema.Verdict == false ? check.Broken(value.Items[i], Keyword, "no item is allowed here") : check.Fits(schema, value.Items[i]);
            if (!isGood && check.IsMuted) return false;
        }
        if (isGood) seen!.AddAll();
        return isGood;
    }
}
