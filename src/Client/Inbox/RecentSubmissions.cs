using System.Collections.Concurrent;
using Millrace.Contracts;

namespace Millrace.Client.Inbox;

/// <summary>
/// The last generations that this client submitted, so that one who waits for such an id later is told of a rejection that came in the meantime,
/// and needs no binding of its own. Bounded: an id that has been forgotten is treated as another service's.
/// </summary>
internal sealed class RecentSubmissions(int capacity)
{
    private readonly ConcurrentDictionary<Guid, Submission> byId = new();
    private readonly ConcurrentQueue<Guid> order = new();

    /// <param name="Labelled">Its events come under the inbox's own label.</param>
    /// <param name="Rejected">The rejection, if there was one.</param>
    public sealed record Submission(bool Labelled, RequestRejected? Rejected);

    public Submission? Find(Guid id) => byId.GetValueOrDefault(id);

    public void Add(Guid id, bool labelled)
    {
        if (!byId.TryAdd(id, new Submission(labelled, null)))
        {
            byId[id] = new Submission(labelled, null);
            return;
        }

        order.Enqueue(id);
        while (order.Count > capacity && order.TryDequeue(out var oldest))
            byId.TryRemove(oldest, out _);
    }

    public void Reject(RequestRejected rejected)
    {
        if (byId.TryGetValue(rejected.GenerationId, out var submission))
            byId.TryUpdate(rejected.GenerationId, submission with { Rejected = rejected }, submission);
    }
}
