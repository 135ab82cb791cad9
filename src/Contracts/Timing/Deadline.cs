namespace Millrace.Contracts;

/// <summary>
/// A token for work that may take a while and not longer. It fires when another token fires, or when the time is over by
/// the given clock; and it knows whether the time is over.
/// </summary>
public sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource late;
    private readonly CancellationTokenSource either;

    private Deadline(CancellationTokenSource late, CancellationToken cancellation) =>
        (this.late, either) = (late, CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation));

    /// <summary>Fires when the time is over, or the other token has fired.</summary>
    public CancellationToken Token => either.Token;

    /// <summary>The time is over. The other token may have fired, too: who prefers to hear of that one asks it first.</summary>
    public bool HasPassed => late.IsCancellationRequested;

    /// <summary>Begins to count.</summary>
    /// <param name="patience">How long the work may take; <see cref="Timeout.InfiniteTimeSpan"/> for as long as it likes.</param>
    /// <param name="time">By which clock.</param>
    /// <param name="cancellation">What else ends the work. Default: nothing.</param>
    public static Deadline After(TimeSpan patience, TimeProvider time, CancellationToken cancellation = default) =>
        new(new(patience, time), cancellation);

    /// <summary>Ends the work now, for what has not heard of its end.</summary>
    public Task CancelAsync() => either.CancelAsync();

    /// <summary>Stops counting.</summary>
    public void Dispose()
    {
        either.Dispose();
        late.Dispose();
    }
}
