using Millrace.Worker.Limits;

namespace Millrace.Tests.Limits;

public sealed class LimitBookTests
{
    private static readonly Allowance Calls = new("p||calls", null, null, 3);

    [Fact]
    public async Task A_newcomer_is_who_waits_for_an_answer_and_whom_no_visit_has_been_about()
    {
        using var book = new LimitBook();
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
        using var book = new LimitBook();
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

    private static Ask Asked(bool isBulk = false) => new([Calls], 1, isBulk, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1));
}
