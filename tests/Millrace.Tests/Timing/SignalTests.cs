using Millrace.Contracts;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Timing;

public sealed class SignalTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly WatchedTime time = new();
    private readonly Signal signal;

    public SignalTests() => signal = new(time);

    [Fact]
    public async Task It_wakes_who_waits_long_before_the_time()
    {
        var waiting = signal.WaitAsync(Hour, CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        signal.Give();

        Assert.True(await waiting.WaitAsync(Patience.Long));
    }

    [Fact]
    public async Task Nobody_waits_longer_than_he_wants_to_by_the_clock()
    {
        var waiting = signal.WaitAsync(Hour, CancellationToken.None);
        time.Advance(Hour - TimeSpan.FromMilliseconds(1));
        Assert.False(waiting.IsCompleted);

        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.False(await waiting.WaitAsync(Patience.Long));
    }

    [Fact]
    public async Task Given_while_nobody_waits_it_ends_the_next_waiting_and_no_other()
    {
        signal.Give();
        signal.Give();

        Assert.True(await signal.WaitAsync(Timeout.InfiniteTimeSpan, CancellationToken.None).WaitAsync(Patience.Long));
        var again = signal.WaitAsync(Hour, CancellationToken.None);
        time.Advance(Hour);
        Assert.False(await again.WaitAsync(Patience.Long));
    }

    [Fact]
    public async Task Who_has_waited_in_vain_is_woken_the_next_time()
    {
        var vain = signal.WaitAsync(Hour, CancellationToken.None);
        time.Advance(Hour);
        Assert.False(await vain.WaitAsync(Patience.Long));
        signal.Give();

        Assert.True(await signal.WaitAsync(Hour, CancellationToken.None).WaitAsync(Patience.Long));
    }

    [Fact]
    public async Task Who_is_told_to_stop_takes_no_signal_with_him()
    {
        using var stop = new CancellationTokenSource();
        var waiting = signal.WaitAsync(Timeout.InfiniteTimeSpan, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        signal.Give();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signal.WaitAsync(Hour, stop.Token));

        Assert.True(await signal.WaitAsync(Hour, CancellationToken.None).WaitAsync(Patience.Long));
    }

    /// <summary>What was done before the signal is seen by who was woken, however the two meet.</summary>
    [Fact]
    public async Task None_is_lost_between_two_waits()
    {
        const int All = 20_000;
        var (given, seen) = (0, 0);
        var giver = Task.Run(
            () =>
            {
                for (var n = 0; n < All; n++)
                {
                    Interlocked.Increment(ref given);
                    signal.Give();
                }
            },
            CancellationToken.None);
        while (seen < All)
        {
            var waiting = signal.WaitAsync(Timeout.InfiniteTimeSpan, CancellationToken.None);
            await waiting.WaitAsync(Patience.Long); // a lost one would be waited for until then
            seen = Volatile.Read(ref given);
        }

        await giver;
        Assert.Equal(All, seen);
    }
}
