using Microsoft.Extensions.Time.Testing;
using Millrace.Engine.Limits;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Limits;

public sealed class LimitBookTests
{
    private static readonly Allowance Calls = new("p||calls", null, null, 3);

    [Fact]
    public async Task A_newcomer_is_who_waits_for_an_answer_and_whom_no_visit_has_been_about()
    {
        var book = new LimitBook(TimeProvider.System);
        using var leave = new CancellationTokenSource();
        var bulk = book.AskAsync(Asked(isBulk: true), leave.Token);
        Assert.False(book.HasNewcomer);
        var interactive = book.AskAsync(Asked(), leave.Token);
        Assert.True(book.HasNewcomer);

        Assert.Equal(2, book.Begin(TimeSpan.Zero)!.Asks.Count);

        Assert.False(book.HasNewcomer);
        Assert.True(book.IsWanted);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(bulk, interactive));
    }

    [Fact]
    public async Task A_visit_whose_end_nobody_knows_is_followed_by_one_that_tells_what_is_in_use_even_when_nobody_waits_any_more()
    {
        var book = new LimitBook(TimeProvider.System);
        using var leave = new CancellationTokenSource();
        var asked = book.AskAsync(Asked(), leave.Token);
        var lost = book.Begin(TimeSpan.Zero)!;
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        book.Doubt(lost);

        Assert.True(book.IsActive);
        var next = book.Begin(TimeSpan.Zero)!;
        Assert.Equal([Calls.Scope], next.Counted);
        Assert.Empty(next.Asks);
        next.Plan(new(0, [new(Calls.Scope)], []), Guid.NewGuid());
        book.End(next, _ => new(0, 0));

        Assert.False(book.IsActive);
        Assert.Null(book.Begin(TimeSpan.Zero));
    }

    [Fact]
    public async Task Who_waits_for_news_is_woken_by_whoever_asks_or_ends_a_call_and_else_by_the_clock()
    {
        var time = new FakeTimeProvider();
        var book = new LimitBook(time);
        using var leave = new CancellationTokenSource();
        var hour = TimeSpan.FromHours(1);
        var waiting = book.WaitForNewsAsync(hour, CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        var asked = book.AskAsync(Asked(), leave.Token);
        Assert.True(await waiting.WaitAsync(Patience.Long));
        book.Count(-1); // while nobody waits

        Assert.True(await book.WaitForNewsAsync(hour, CancellationToken.None).WaitAsync(Patience.Long));
        waiting = book.WaitForNewsAsync(hour, CancellationToken.None);
        time.Advance(hour - TimeSpan.FromMilliseconds(1));
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.False(await waiting.WaitAsync(Patience.Long));
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    private static Ask Asked(bool isBulk = false) => new([Calls], 1, isBulk, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1));
}
