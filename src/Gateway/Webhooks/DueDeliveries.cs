namespace Millrace.Gateway.Webhooks;

/// <summary>Wakes the sender when this gateway has made a delivery due; what others have made is found by looking.</summary>
internal sealed class DueDeliveries(TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private volatile TaskCompletionSource told = Fresh();

    public void Tell() => told.TrySetResult();

    /// <summary>Until there may be something to send.</summary>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        var waited = told;
        await Task.WhenAny(waited.Task, Task.Delay(Look, time, cancellation));
        cancellation.ThrowIfCancellationRequested();
        if (waited.Task.IsCompleted) told = Fresh();
    }

    /// <summary>Until it may be worth while to look again, whatever is told meanwhile. Ends early without a word when it is cancelled.</summary>
    public async Task PauseAsync(CancellationToken cancellation) => await Task.Delay(Look, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
