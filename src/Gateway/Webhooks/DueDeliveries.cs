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

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
