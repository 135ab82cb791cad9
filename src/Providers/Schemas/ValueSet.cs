namespace Millrace.Providers.Schemas;

/// <summary>Values without those that are equal to another; looking one up takes no longer for more of them.</summary>
internal sealed class ValueSet
{
    private readonly Dictionary<int, List<JsonTree>> byHash = [];

    /// <summary>The equal one that is in it already, or null, and then this one is.</summary>
    public JsonTree? Add(JsonTree value, StepBudget steps)
    {
        if (Find(value, steps) is { } equal) return equal;
        if (!byHash.TryGetValue(value.Hash, out var same)) byHash[value.Hash] = same = [];
        same.Add(value);
        return null;
    }

    public JsonTree? Find(JsonTree value, StepBudget steps)
    {
        steps.Take();
        return byHash.TryGetValue(value.Hash, out var same) ? same.Find(other => other.IsEqualTo(value, steps)) : null;
    }
}
