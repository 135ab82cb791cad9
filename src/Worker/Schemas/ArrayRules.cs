using System.Text.Json;

namespace Millrace.Worker.Schemas;

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
