namespace Millrace.Worker.Batches;

/// <summary>Says that there is bulk work, so that nobody waits for the next look.</summary>
internal sealed class BulkSignal(TimeProvider time)
{
    private volatile TaskCompletionSource news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Wakes all who wait.</summary>
    public void Set() => Interlocked.Exchange(ref news, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Until somebody says so, at most as long as given.</summary>
    public async Task WaitAsync(TimeSpan longest, CancellationToken cancellation)
    {
        await Task.WhenAny(news.Task, Task.Delay(longest, time, cancellation));
        cancellation.ThrowIfCancellationRequested();
    }
}
