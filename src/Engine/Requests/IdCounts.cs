namespace Millrace.Engine.Requests;

/// <summary>Ids, each as often as it was added and not taken out. Taking one out does not look through the others: a turn can bring ten thousands.</summary>
internal sealed class IdCounts(IEqualityComparer<string>? comparer = null)
{
    /// <summary>Ids that are named in a sentence about all of them.</summary>
    private const int Named = 20;

    private readonly Dictionary<string, int> counts = new(comparer ?? StringComparer.Ordinal);

    public bool IsEmpty => counts.Count == 0;

    public void Add(string id) => counts[id] = counts.GetValueOrDefault(id) + 1;

    /// <summary>False if it was not there.</summary>
    public bool Remove(string id)
    {
        if (!counts.TryGetValue(id, out var count)) return false;
        if (count == 1) counts.Remove(id);
        else counts[id] = count - 1;
        return true;
    }

    public override string ToString() =>
        string.Join(", ", counts.Keys.Take(Named)) + (counts.Count > Named ? $" and {counts.Count - Named} more" : "");
}
