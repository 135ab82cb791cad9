using System.Text.Json;

namespace Millrace.Providers.Schemas;

/// <summary><c>properties</c>, <c>patternProperties</c> and <c>additionalProperties</c></summary>
internal sealed class MembersRule(
    Dictionary<string, SchemaNode> named, (Pattern Pattern, SchemaNode Schema)[] matching, SchemaNode? others) : Rule("properties")
{
    public override bool Holds(Check check, JsonTree value, Seen? seen)
    {
        if (value.Kind != JsonValueKind.Object) return true;
        var (isGood, place) = (true, 0);
        foreach (var (name, member) in value.Members)
        {
            isGood &= Holds(check, name, member, seen, place++);
            if (!isGood && check.IsMuted) return false;
        }
        return isGood;
    }

    private bool Holds(Check check, string name, JsonTree member, Seen? seen, int place)
    {
        check.Steps.TakeText(name.Length);
        var (isGood, isKnown) = (true, false);
        if (named.TryGetValue(name, out var own))
        {
            isKnown = true;
            isGood = Fits(check, own, member, Keyword);
        }
        foreach (var (pattern, schema) in matching)
        {
            if (!check.Patterns.IsMatch(pattern, name)) continue;
            isKnown = true;
            isGood &= Fits(check, schema, member, "patternProperties");
        }
        if (isKnown) seen?.Add(place);
        if (isKnown || others is null) return isGood;
        seen?.Add(place);
        return Fits(check, others, member, "additionalProperties");
    }

    private static bool Fits(Check check, SchemaNode schema, JsonTree member, string keyword) =>
        schema.Verdict == false ? check.Broken(member, keyword, "no member of this name is allowed") : check.Fits(schema, member);
}
