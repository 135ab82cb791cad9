using System.Collections.Concurrent;
using Millrace.Contracts;

namespace Millrace.Client.Inbox;

/// <summary>
/// The last generations that this client submitted, so that one who waits for such an id later is told of a rejection that came in the meantime,
/// and needs no binding of its own. Bounded: an id that has been forgotten is treated as another service's.
/// </summary>
internal sealed class RecentSubmissions(int capacity)
{
    private readonly ConcurrentDictionary<Guid, Submission> _byId = new();
    private readonly ConcurrentQueue<Guid> _order = new();

    /// <param name="Labelled">Its events come under the inbox's own label.</param>
    /// <param name="Rejected">The rejection, if there was one.</param>
    public sealed record Submission(bool Labelled, RequestRejected? Rejected);

    public Submission? Find(Guid id) => _byId.GetValueOrDefault(id);

    public void Add(Guid id, bool labelled)
    {
        if (!_byId.TryAdd(id, new Submission(labelled, null)))
        {
            _byId[id] = new Submission(labelled, null);
            return;
        }

        _order.Enqueue(id);
        while (_order.Count > capacity && _order.TryDequeue(out var oldest))
            _byId.TryRemove(oldest, out _);
    }

    public void Reject(RequestRejected rejected)
    {
        if (_byId.TryGetValue(rejected.GenerationId, out var submission))
            _byId.TryUpdate(rejected.GenerationId, submission with { Rejected = rejected }, submission);
    }
}
