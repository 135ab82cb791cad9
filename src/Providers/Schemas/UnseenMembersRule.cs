using System.Text.Json;

namespace Millrace.Providers.Schemas;

/// <summary><c>unevaluatedProperties</c>: of the members that no other rule has looked at.</summary>
internal sealed class UnseenMembersRule(SchemaNode schema) : Rule("unevaluatedProperties")
{
    public override bool AsksWhatIsSeen => true;

    public override bool Holds(Check check, JsonTree value, Seen? seen)
    {
        if (value.Kind != JsonValueKind.Object) return true;
        var (isGood, place) = (true, 0);
        foreach (var (_, member) in value.Members)
        {
            check.Steps.Take();
            if (!seen![place++])
            {
                isGood &= schema.Verdict == false ? check.Broken(member, Keyword, "no member of this name is allowed") : check.Fits(schema, member);
                if (!isGood && check.IsMuted) return false;
            }
        }
        if (isGood) seen!.AddAll();
        return isGood;
    }
}
