using System.Text.Json;

namespace Millrace.Worker.Schemas;

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

/// <summary><c>propertyNames</c></summary>
internal sealed class NamesRule(SchemaNode schema) : Rule("propertyNames")
{
    public override bool Holds(Check check, JsonTree value, Seen? seen)
    {
        if (value.Kind != JsonValueKind.Object) return true;
        var isGood = true;
        foreach (var (name, member) in value.Members)
        {
            check.Steps.TakeText(name.Length);
            if (!check.FitsQuietly(schema, value.NameAsValue(name))) isGood = check.Broken(member, Keyword, "the member's name does not fit");
            if (!isGood && check.IsMuted) return false;
        }
        return isGood;
    }
}

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

/// <summary><c>dependentSchemas</c>, and <c>dependencies</c> with schemas</summary>
internal sealed class DependentSchemasRule(Dictionary<string, SchemaNode> byName) : Rule("dependentSchemas")
{
    public override IEnumerable<SchemaNode> InPlace => byName.Values;

    public override bool Holds(Check check, JsonTree value, Seen? seen)
    {
        if (value.Kind != JsonValueKind.Object) return true;
        var isGood = true;
        foreach (var (name, schema) in byName)
        {
            check.Steps.Take();
            if (value.Members.ContainsKey(name)) isGood &= check.Fits(schema, value, seen);
        }
        return isGood;
    }
}
