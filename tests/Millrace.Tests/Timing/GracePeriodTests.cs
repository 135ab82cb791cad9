using Millrace.Contracts;

namespace Millrace.Tests.Timing;

public sealed class GracePeriodTests
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(5);

    private readonly WatchedTime time = new();

    [Fact]
    public async Task It_begins_when_the_end_is_told_and_is_over_after_its_length()
    {
        using var told = new CancellationTokenSource();
        using var grace = new GracePeriod(Length, time, told.Token);
        time.Advance(TimeSpan.FromDays(1));
        Assert.False(grace.Token.IsCancellationRequested);

        await told.CancelAsync();
        time.Advance(Length - TimeSpan.FromMilliseconds(1));
        Assert.False(grace.Token.IsCancellationRequested);
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True(grace.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task One_that_nobody_needs_any_more_does_not_end()
    {
        using var told = new CancellationTokenSource();
        var begun = new GracePeriod(Length, time, told.Token);
        var notYet = new GracePeriod(Length, time, told.Token);
        notYet.Dispose();
        await told.CancelAsync();
        begun.Dispose();

        time.Advance(Length);

        Assert.False(begun.Token.IsCancellationRequested || notYet.Token.IsCancellationRequested);
    }
}
