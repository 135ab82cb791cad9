using Microsoft.Extensions.Time.Testing;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Timing;

/// <summary>
/// A clock that stands until the test moves it, and knows who waits for it. So a test moves it when what it tests has begun to wait, and not before.
/// </summary>
internal sealed class WatchedTime : FakeTimeProvider
{
    private readonly Lock gate = new();
    private readonly List<TimeSpan> begun = [];
    private TaskCompletionSource news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How long it has run.</summary>
    public TimeSpan Passed => GetUtcNow() - Start;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        lock (gate)
        {
            begun.Add(dueTime);
            news.TrySetResult();
        }
        return timer;
    }

    /// <summary>Returns when something has begun to wait exactly so long. Each wait is told of once.</summary>
    public async Task WaitsAsync(TimeSpan span) => await FindAsync(waited => waited == span, $"a wait of {span}", end: null);

    /// <summary>The same; false when <paramref name="end"/> has come instead.</summary>
    public async Task<bool> WaitsAsync(TimeSpan span, Task end) => await FindAsync(waited => waited == span, $"a wait of {span}", end) is not null;

    /// <summary>The next wait that nobody has been told of, however long it is; null when <paramref name="end"/> has come instead.</summary>
    public Task<TimeSpan?> NextAsync(Task end) => FindAsync(_ => true, "any wait", end);

    private async Task<TimeSpan?> FindAsync(Predicate<TimeSpan> isIt, string what, Task? end)
    {
        using var deadline = new CancellationTokenSource(Patience.Long);
        var late = Task.Delay(Timeout.Infinite, deadline.Token);
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (begun.FindIndex(isIt) is var index and >= 0)
                {
                    var found = begun[index];
                    begun.RemoveAt(index);
                    return found;
                }
                if (news.Task.IsCompleted) news = new(TaskCreationOptions.RunContinuationsAsynchronously);
                next = news.Task;
            }
            var first = await Task.WhenAny(end is null ? [next, late] : [next, end, late]);
            if (first == end) return null;
            if (first == late) throw new TimeoutException($"There was not {what}; there were {Shown()}.");
        }
    }

    private string Shown()
    {
        lock (gate) return string.Join(", ", begun);
    }
}
