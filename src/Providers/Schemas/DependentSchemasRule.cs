using System.Text.Json;

namespace Millrace.Providers.Schemas;

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
