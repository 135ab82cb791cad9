namespace Millrace.Contracts;

/// <summary>A token that fires some time after another one has, by the given clock: who is told to end gets that long to do so.</summary>
public sealed class GracePeriod : IDisposable
{
    private readonly CancellationTokenSource over = new();
    private readonly CancellationTokenRegistration begin;
    private ITimer? timer;

    /// <summary>Waits for the token, and counts from then on.</summary>
    /// <param name="length">How long it is.</param>
    /// <param name="time">By which clock.</param>
    /// <param name="told">Begins it.</param>
    public GracePeriod(TimeSpan length, TimeProvider time, CancellationToken told) =>
        begin = told.Register(() => timer = time.CreateTimer(_ => over.Cancel(), null, length, Timeout.InfiniteTimeSpan));

    /// <summary>Fires when it is over.</summary>
    public CancellationToken Token => over.Token;

    /// <summary>It will not end any more. The source stays: the timer may be at it just now, and it holds nothing.</summary>
    public void Dispose()
    {
        begin.Dispose();
        timer?.Dispose();
    }
}
