using System.Text.Json;

namespace Millrace.Providers.Schemas;

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
