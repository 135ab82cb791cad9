namespace Millrace.Contracts;

/// <summary>
/// Wakes one who waits. Given while nobody waits, it ends the next waiting at once; given twice before that, it counts once.
/// Any thread may give it, one at a time waits for it.
/// </summary>
/// <param name="time">By which clock it waits.</param>
public sealed class Signal(TimeProvider time)
{
    private readonly Lock gate = new();
    private TaskCompletionSource given = NotGiven();

    /// <summary>Wakes who waits, or who waits next.</summary>
    public void Give()
    {
        lock (gate)
            given.TrySetResult();
    }

    /// <summary>Waits for it, by the clock no longer than given. What was done before it was given can be seen then.</summary>
    /// <param name="longest">How long at most; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>Whether it was given.</returns>
    public async Task<bool> WaitAsync(TimeSpan longest, CancellationToken cancellation)
    {
        await given.Task.WaitAsync(longest, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        lock (gate)
        {
            if (!given.Task.IsCompleted)
                return false;
            given = NotGiven();
            return true;
        }
    }

    private static TaskCompletionSource NotGiven() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
