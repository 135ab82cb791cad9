using Millrace.Contracts;

namespace Millrace.Engine.Dispatch;

/// <summary>Says that there is bulk work to let go, so that it does not wait for the next look.</summary>
public sealed class BulkSignal(TimeProvider time)
{
    private readonly Signal news = new(time);

    /// <summary>Wakes the one loop that waits, now or when it waits next.</summary>
    public void Set() => news.Give();

    /// <summary>Until somebody says so, at most as long as given.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken cancellation) => news.WaitAsync(longest, cancellation);
}
