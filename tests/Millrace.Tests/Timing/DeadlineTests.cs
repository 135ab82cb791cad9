using Millrace.Contracts;

namespace Millrace.Tests.Timing;

public sealed class DeadlineTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly WatchedTime time = new();

    [Fact]
    public void It_fires_when_the_time_is_over_and_not_before()
    {
        using var deadline = Deadline.After(Patience, time);
        time.Advance(Patience - TimeSpan.FromMilliseconds(1));
        Assert.Equal((false, false), (deadline.Token.IsCancellationRequested, deadline.HasPassed));

        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal((true, true), (deadline.Token.IsCancellationRequested, deadline.HasPassed));
    }

    [Fact]
    public void It_fires_with_the_other_token_and_knows_that_it_was_not_the_time()
    {
        using var other = new CancellationTokenSource();
        using var deadline = Deadline.After(Patience, time, other.Token);

        other.Cancel();

        Assert.Equal((true, false), (deadline.Token.IsCancellationRequested, deadline.HasPassed));
    }

    [Fact]
    public async Task It_can_be_ended_by_hand_which_is_not_the_time_either()
    {
        using var deadline = Deadline.After(Patience, time);

        await deadline.CancelAsync();

        Assert.Equal((true, false), (deadline.Token.IsCancellationRequested, deadline.HasPassed));
    }

    [Fact]
    public void One_without_an_end_never_passes()
    {
        using var deadline = Deadline.After(Timeout.InfiniteTimeSpan, time);

        time.Advance(TimeSpan.FromDays(1000));

        Assert.False(deadline.Token.IsCancellationRequested);
    }

    [Fact]
    public void What_is_over_before_it_begins_has_passed()
    {
        using var deadline = Deadline.After(TimeSpan.Zero, time);

        Assert.Equal((true, true), (deadline.Token.IsCancellationRequested, deadline.HasPassed));
    }

    [Fact]
    public void When_its_work_is_done_it_fires_no_more()
    {
        var deadline = Deadline.After(Patience, time);
        var token = deadline.Token;
        deadline.Dispose();

        time.Advance(Patience);

        Assert.False(token.IsCancellationRequested);
    }
}
