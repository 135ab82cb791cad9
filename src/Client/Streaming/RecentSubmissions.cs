using System.Collections.Concurrent;
using Millrace.Contracts;

namespace Millrace.Client.Streaming;

/// <summary>
/// The last generations that this client submitted, so that one who waits for such an id later is told of a rejection that came in the meantime,
/// and needs no binding of its own. Bounded: an id that has been forgotten is treated as another service's.
/// </summary>
/// <param name="capacity">How many ids are remembered.</param>
public sealed class RecentSubmissions(int capacity)
{
    private readonly ConcurrentDictionary<Guid, Submission> byId = new();
    private readonly ConcurrentQueue<Guid> order = new();

    /// <summary>A request that this client sent.</summary>
    /// <param name="Labelled">Its events come under the inbox's own label.</param>
    /// <param name="Rejected">The rejection, if there was one.</param>
    public sealed record Submission(bool Labelled, RequestRejected? Rejected);

    /// <summary>What is known of a submission; null if it was never made here, or is forgotten.</summary>
    /// <param name="id">Which generation.</param>
    public Submission? Find(Guid id) => byId.GetValueOrDefault(id);

    /// <summary>A request is being sent.</summary>
    /// <param name="id">Which generation.</param>
    /// <param name="labelled">Its events come under the inbox's own label.</param>
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

    /// <summary>A request was rejected.</summary>
    /// <param name="rejected">The event; one about an id that is not remembered changes nothing.</param>
    public void Reject(RequestRejected rejected)
    {
        if (byId.TryGetValue(rejected.GenerationId, out var submission))
            byId.TryUpdate(rejected.GenerationId, submission with { Rejected = rejected }, submission);
    }
}
