using Millrace.Persistence.Generations;

namespace Millrace.Gateway.Requests;

/// <summary>
/// Which request has which id of those that callers have chosen here, until the fleet has it: two requests with one id that come at the same moment are both new
/// to the database, and what the fleet says of the id reaches both. So the second one is refused here. Bounded; safe for concurrent use.
/// </summary>
internal sealed class ChosenIds
{
    private const int Most = 10_000;

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, byte[]> hashes = [];
    private readonly Queue<Guid> order = [];

    /// <summary>False if another request has the id.</summary>
    /// <param name="id">The generation's id.</param>
    /// <param name="hash">What makes two requests the same one, their tenant with it: <see cref="RequestHash"/>.</param>
    public bool TryTake(Guid id, byte[] hash)
    {
        lock (gate)
        {
            if (hashes.TryGetValue(id, out var known)) return known.AsSpan().SequenceEqual(hash);
            hashes.Add(id, hash);
            order.Enqueue(id);
            while (order.Count > Most) hashes.Remove(order.Dequeue());
            return true;
        }
    }

    /// <summary>Nothing has come of it, so another request may have the id.</summary>
    public void Release(Guid id)
    {
        lock (gate) hashes.Remove(id);
    }
}
