using Millrace.Contracts;
using Millrace.Providers.Options;

namespace Millrace.Providers.Streaming;

/// <summary>
/// The three deadlines of one call, and the one token that ends it. One timer per call: a read only notes when it began to wait,
/// and the timer, when it fires, sees whether the pause was really too long. So a delta costs a time stamp, not a timer.
/// </summary>
internal sealed class Deadlines : IDisposable
{
    private const long NotWaiting = long.MinValue;

    private readonly ProviderOptions limits;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource abort;
    private readonly ITimer timer;
    private readonly long started;
    private long waitingSince = NotWaiting;
    private volatile bool hasFirstToken;
    private volatile object? expired;

    public Deadlines(ProviderOptions limits, TimeProvider time, CancellationToken caller)
    {
        (this.limits, this.time) = (limits, time);
        abort = CancellationTokenSource.CreateLinkedTokenSource(caller);
        started = time.GetTimestamp();
        var first = Sooner(limits.FirstTokenTimeout, limits.TotalTimeout);
        timer = time.CreateTimer(static self => ((Deadlines)self!).Check(), this, first, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Fires when the call has to end: the caller's wish, a deadline, or <see cref="Abort"/>.</summary>
    public CancellationToken Token => abort.Token;

    /// <summary>The deadline that passed, if one did.</summary>
    public FailureReason? Expired => (FailureReason?)expired;

    /// <summary>The provider's turn begins. The consumer's own time between two reads is never counted as a pause.</summary>
    public void WaitBegins() => Volatile.Write(ref waitingSince, time.GetTimestamp());

    public void WaitEnds() => Volatile.Write(ref waitingSince, NotWaiting);

    /// <summary>From here on pauses count, not the time since the start.</summary>
    public void FirstTokenArrived()
    {
        hasFirstToken = true;
        timer.Change(Sooner(limits.IdleTimeout, limits.TotalTimeout - time.GetElapsedTime(started)), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Closes the connection.</summary>
    public void Abort() => abort.Cancel();

    public void Dispose()
    {
        timer.Dispose();
        abort.Dispose();
    }

    private void Check()
    {
        var total = limits.TotalTimeout - time.GetElapsedTime(started);
        if (total <= TimeSpan.Zero)
        {
            Expire(FailureReason.TotalTimeout);
            return;
        }

        var (rest, reason) = hasFirstToken
            ? (IdleRest(), FailureReason.IdleTimeout)
            : (limits.FirstTokenTimeout - time.GetElapsedTime(started), FailureReason.FirstTokenTimeout);
        if (rest <= TimeSpan.Zero) Expire(reason);
        else timer.Change(Sooner(rest, total), Timeout.InfiniteTimeSpan);
    }

    private TimeSpan IdleRest()
    {
        var since = Volatile.Read(ref waitingSince);
        return since == NotWaiting ? limits.IdleTimeout : limits.IdleTimeout - time.GetElapsedTime(since);
    }

    private void Expire(FailureReason reason)
    {
        expired = reason;
        try
        {
            abort.Cancel();
        }
        catch (ObjectDisposedException) // the call ended while the timer was firing
        {
        }
    }

    /// <summary>Rounded up to a whole millisecond: timers count in those, and one that fires too early would fire again at once.</summary>
    private static TimeSpan Sooner(TimeSpan one, TimeSpan other) =>
        TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling((one < other ? one : other).TotalMilliseconds)));
}
