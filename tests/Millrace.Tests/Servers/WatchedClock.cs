using Microsoft.Extensions.Time.Testing;

namespace Millrace.Tests.Servers;

/// <summary>A clock that the test sets, and that tells when somebody waits by it: before that there is nothing that setting it could do.</summary>
internal sealed class WatchedClock : FakeTimeProvider
{
    private readonly TaskCompletionSource<TimeSpan> first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How long the first one wants to wait, as soon as there is one.</summary>
    public async Task<TimeSpan> FirstWaitAsync()
    {
        if (await Task.WhenAny(first.Task, Task.Delay(Patience.Long)) != first.Task) throw new TimeoutException("Nobody has begun to wait by this clock.");
        return await first.Task;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        first.TrySetResult(dueTime);
        return timer;
    }
}
