using System.Collections.Concurrent;
using Millrace.Persistence.Fleet;

namespace Millrace.Engine.Dispatch;

/// <summary>
/// How long a request that has just come will wait. The database is asked beside the requests, once a second for a lane that has some: none of them waits for the answer.
/// </summary>
public sealed class QueueOutlook(QueueStore store, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Snapshot> lanes = new(StringComparer.Ordinal);

    /// <summary>The place of one that joins a lane now, or null while nobody waits there or it is not known yet.</summary>
    public (long Position, TimeSpan? Wait)? Join(string lane)
    {
        var seen = lanes.GetOrAdd(lane, _ => new());
        if (seen.IsOlderThan(Interval, time) && seen.TryBeginAsking()) _ = AskAsync(lane, seen);
        if (seen.Queue is not { Waiting: > 0 } queue) return null;
        var position = queue.Waiting + seen.CountJoined();
        return (position, queue.WaitAt(position));
    }

    private async Task AskAsync(string lane, Snapshot seen)
    {
        try
        {
            seen.Set(await store.StandingAsync(lane, CancellationToken.None), time);
        }
        catch (Exception) // the database is away: nobody is told anything
        {
            seen.Set(null, time);
        }
    }

    private sealed class Snapshot
    {
        private long askedAt;
        private long joined;
        private int asking;

        public LaneQueue? Queue { get; private set; }

        public bool IsOlderThan(TimeSpan age, TimeProvider time) => Volatile.Read(ref askedAt) is var at && (at == 0 || time.GetElapsedTime(at) > age);

        public bool TryBeginAsking() => Interlocked.CompareExchange(ref asking, 1, 0) == 0;

        public long CountJoined() => Interlocked.Increment(ref joined);

        public void Set(LaneQueue? queue, TimeProvider time)
        {
            Queue = queue;
            Volatile.Write(ref joined, 0);
            Volatile.Write(ref askedAt, time.GetTimestamp());
            Volatile.Write(ref asking, 0);
        }
    }
}
