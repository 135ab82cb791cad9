using System.Text.Json;

namespace Millrace.Providers.Schemas;

/// <summary><c>contains</c>, <c>minContains</c>, <c>maxContains</c></summary>
internal sealed class ContainsRule(SchemaNode schema, int least, int most) : Rule("contains")
{
    public override bool Holds(Check check, JsonTree value, Seen? seen)
    {
        if (value.Kind != JsonValueKind.Array) return true;
        var found = 0;
        for (var i = 0; i < value.Items.Length; i++)
        {
            if (!check.FitsQuietly(schema, value.Items[i])) continue;
            found++;
            seen?.Add(i);
        }
        if (found < least) return check.Broken(value, Keyword, $"{found} items fit the schema of contains; at least {least} must");
        return found <= most || check.Broken(value, Keyword, $"{found} items fit the schema of contains; at most {most} may");
    }
}
