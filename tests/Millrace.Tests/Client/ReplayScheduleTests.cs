using CsCheck;
using Millrace.Client.Streaming;

namespace Millrace.Tests.Client;

public sealed class ReplayScheduleTests
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_gap_is_asked_for_at_once_and_again_after_the_retry_time()
    {
        var schedule = Schedule();

        Assert.True(schedule.TryAsk(At(0), missingAfter: 6));
        Assert.False(schedule.TryAsk(At(0.9), missingAfter: 6));
        Assert.True(schedule.TryAsk(At(1), missingAfter: 6));
    }

    [Fact]
    public void Progress_that_leaves_a_gap_is_asked_for_at_once()
    {
        var schedule = Schedule();
        schedule.TryAsk(At(0), missingAfter: 6);

        Assert.True(schedule.TryAsk(At(0.1), missingAfter: 9));
    }

    [Fact]
    public void Silence_is_asked_about_after_5_10_20_30_and_30_seconds()
    {
        var schedule = Schedule();

        var asked = Enumerable.Range(0, 130).Where(second => schedule.TryAsk(At(second), null)).ToArray();

        Assert.Equal([5, 10, 20, 40, 70, 100], asked);
    }

    [Fact]
    public void Whatever_is_heard_ends_the_silence()
    {
        var schedule = Schedule();
        schedule.TryAsk(At(5), null);
        schedule.TryAsk(At(10), null);

        schedule.Heard(At(12));

        Assert.False(schedule.TryAsk(At(16.9), null));
        Assert.True(schedule.TryAsk(At(17), null));
        Assert.True(schedule.TryAsk(At(22), null));
    }

    [Fact]
    public void Whoever_reconnects_asks_at_once()
    {
        var schedule = Schedule();

        schedule.AskNow(At(1));

        Assert.True(schedule.TryAsk(At(1), null));
    }

    [Fact]
    public void Nobody_asks_more_than_once_a_second_about_the_same_place() =>
        Gen.Select(Gen.Int[1, 400], Gen.Long[0, 1]).Array[1, 100].Sample(steps =>
        {
            var schedule = Schedule();
            var now = At(0);
            var asked = new List<(TimeSpan When, long After)>();
            foreach (var (milliseconds, missing) in steps)
            {
                now += TimeSpan.FromMilliseconds(milliseconds);
                if (missing == 1 && schedule.TryAsk(now, 7))
                    asked.Add((now, 7));
            }

            Assert.All(asked.Zip(asked.Skip(1)), pair => Assert.True(pair.Second.When - pair.First.When >= Retry));
        });

    private static ReplaySchedule Schedule() => new(TimeSpan.Zero, Retry, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30));

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
