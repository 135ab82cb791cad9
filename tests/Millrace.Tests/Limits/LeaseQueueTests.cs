using Microsoft.Extensions.Time.Testing;
using Millrace.Engine.Limits;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Limits;

public sealed class LeaseQueueTests
{
    private static readonly Allowance Calls = new("p||calls", null, null, 3);

    [Fact]
    public async Task A_newcomer_is_who_waits_for_an_answer_and_whom_no_visit_has_been_about()
    {
        var queue = new LeaseQueue(TimeProvider.System);
        using var leave = new CancellationTokenSource();
        var bulk = queue.AskAsync(Asked(isBulk: true), leave.Token);
        Assert.False(queue.HasNewcomer);
        var interactive = queue.AskAsync(Asked(), leave.Token);
        Assert.True(queue.HasNewcomer);

        Assert.Equal(2, queue.Begin(TimeSpan.Zero)!.Requests.Count);

        Assert.False(queue.HasNewcomer);
        Assert.True(queue.IsWanted);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(bulk, interactive));
    }

    [Fact]
    public async Task A_visit_whose_end_nobody_knows_is_followed_by_one_that_tells_what_is_in_use_even_when_nobody_waits_any_more()
    {
        var queue = new LeaseQueue(TimeProvider.System);
        using var leave = new CancellationTokenSource();
        var asked = queue.AskAsync(Asked(), leave.Token);
        var lost = queue.Begin(TimeSpan.Zero)!;
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        queue.Doubt(lost);

        Assert.True(queue.IsActive);
        var next = queue.Begin(TimeSpan.Zero)!;
        Assert.Equal([Calls.Scope], next.Counted);
        Assert.Empty(next.Requests);
        next.Plan(new(0, [new(Calls.Scope)], []), Guid.NewGuid());
        queue.End(next, _ => new(0, 0));

        Assert.False(queue.IsActive);
        Assert.Null(queue.Begin(TimeSpan.Zero));
    }

    [Fact]
    public async Task Who_waits_for_news_is_woken_by_whoever_asks_or_ends_a_call_and_else_by_the_clock()
    {
        var time = new FakeTimeProvider();
        var queue = new LeaseQueue(time);
        using var leave = new CancellationTokenSource();
        var hour = TimeSpan.FromHours(1);
        var waiting = queue.WaitForNewsAsync(hour, CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        var asked = queue.AskAsync(Asked(), leave.Token);
        Assert.True(await waiting.WaitAsync(Patience.Long));
        queue.Count(-1); // while nobody waits

        Assert.True(await queue.WaitForNewsAsync(hour, CancellationToken.None).WaitAsync(Patience.Long));
        waiting = queue.WaitForNewsAsync(hour, CancellationToken.None);
        time.Advance(hour - TimeSpan.FromMilliseconds(1));
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.False(await waiting.WaitAsync(Patience.Long));
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    private static LeaseRequest Asked(bool isBulk = false) => new([Calls], 1, isBulk, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1));
}
