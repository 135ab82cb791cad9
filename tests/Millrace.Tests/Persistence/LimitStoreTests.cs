using Millrace.Persistence.Limits;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Persistence;

[Integration]
public sealed class LimitStoreTests(Truths truths) : IClassFixture<Truths>
{
    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Workers_that_take_at_the_same_time_take_one_after_another(Kind kind)
    {
        var (truth, scope) = (truths.Of(kind), $"p||{Guid.NewGuid()}");
        await using var other = truths.Another(kind);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(n => (n % 2 == 0 ? truth : other).Limits.SyncAsync([scope], [], Guid.NewGuid(),
            table => new([table.Budgets.Single() with { RequestsAt = table.Budgets.Single().RequestsAt + 10 }], []), CancellationToken.None)));

        Assert.Equal([400L], await truth.QueryAsync<long>("SELECT requests_at FROM rate_budgets WHERE scope = $1", scope));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_is_written_is_what_the_next_one_reads_for_all_budgets_at_once(Kind kind)
    {
        var (truth, a, b, me) = (truths.Of(kind), $"p|a|{Guid.NewGuid()}", $"p|b|{Guid.NewGuid()}", Guid.NewGuid());
        BudgetRow[] rows = [new(a, 1, 2, 3, 4, 5), new(b, 9_000_000_000_000_000, 8, 7, 6, 5)];
        await truth.Limits.SyncAsync([b, a], [b], me, _ => new(rows, [new(b, me, 3, 2)]), CancellationToken.None);

        LimitTable? seen = null;
        await truth.Limits.SyncAsync([a, b], [b], me, table =>
        {
            seen = table;
            return new([], [new(b, me, 0, 0)]);
        }, CancellationToken.None);

        Assert.Equal(rows, seen!.Budgets.OrderBy(row => row.Scope, StringComparer.Ordinal));
        Assert.Equal(new PermitRow(b, me, 3, 2), Assert.Single(seen.Permits));
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
        Assert.InRange(seen.Now, now - 60_000_000, now + 60_000_000);
        Assert.Empty(await truth.QueryAsync<int>("SELECT wanted FROM call_permits WHERE scope = $1", b));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Permits_of_a_dead_worker_are_free_for_who_may_judge_and_counted_by_who_may_not(Kind kind)
    {
        var (truth, scope, judge, young, dead) = (truths.Of(kind), $"p||{Guid.NewGuid()}", await truths.Of(kind).JudgeAsync(), Guid.NewGuid(), Guid.NewGuid());
        await truth.Workers.BeatAsync(young, "young", CancellationToken.None);
        await truth.Workers.BeatAsync(dead, "dead", CancellationToken.None);
        await truth.Limits.SyncAsync([scope], [scope], dead, _ => new([], [new(scope, dead, 5, 5)]), CancellationToken.None);
        Assert.Equal([dead], await SeenAsync(truth, scope, judge));

        await truth.SilenceAsync(dead);

        Assert.Empty(await SeenAsync(truth, scope, judge));
        Assert.Equal([dead], await SeenAsync(truth, scope, young));
    }

    /// <summary>The whole machine stood still, or the database did: everybody's heartbeat is old, and who comes first must not take the others for dead.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task Who_has_not_been_heard_itself_takes_nobody_for_dead(Kind kind)
    {
        var (truth, scope, judge, other) = (truths.Of(kind), $"p||{Guid.NewGuid()}", await truths.Of(kind).JudgeAsync(), Guid.NewGuid());
        await truth.Limits.SyncAsync([scope], [scope], other, _ => new([], [new(scope, other, 5, 5)]), CancellationToken.None);
        Assert.Empty(await SeenAsync(truth, scope, judge));

        await truth.MoveAsync(judge, "heartbeat_at", Truth.DeadAfter / 2);
        Assert.Equal([other], await SeenAsync(truth, scope, judge));

        await truth.Workers.BeatAsync(judge, "judge", CancellationToken.None);
        Assert.Equal([other], await SeenAsync(truth, scope, judge));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_stopped_account_is_stopped_for_all_until_the_latest_time_that_was_named(Kind kind)
    {
        var (truth, account) = (truths.Of(kind), $"p|{Guid.NewGuid()}");
        await using var other = truths.Another(kind);

        await truth.Limits.StopAsync(account, TimeSpan.FromMinutes(50), CancellationToken.None);
        await other.Limits.StopAsync(account, TimeSpan.FromMinutes(5), CancellationToken.None);
        await truth.Limits.StopAsync($"{account}-past", TimeSpan.Zero, CancellationToken.None);

        var stops = (await other.Limits.StopsAsync(CancellationToken.None)).Where(stop => stop.Account.StartsWith(account, StringComparison.Ordinal)).ToList();
        var (_, left) = Assert.Single(stops);
        Assert.InRange(left, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(50));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_nobody_uses_is_forgotten_and_what_is_used_stays(Kind kind)
    {
        var (truth, old, used, held, me) = (truths.Of(kind), $"old|{Guid.NewGuid()}", $"used|{Guid.NewGuid()}", $"held|{Guid.NewGuid()}", await truths.Of(kind).JudgeAsync());
        await truth.Limits.SyncAsync([old, used, held], [], me, table => new([new(old, 1), new(used, table.Now)], [new(held, me, 1, 1), new(old, Guid.NewGuid(), 1, 1)]), CancellationToken.None);

        await truth.Retention.ForgetAsync(TimeSpan.FromHours(1), CancellationToken.None);

        Assert.Equal([held, used], await truth.QueryAsync<string>("SELECT scope FROM rate_budgets WHERE scope IN ($1, $2, $3) ORDER BY scope", old, used, held));
        Assert.Equal([held], await truth.QueryAsync<string>("SELECT scope FROM call_permits WHERE scope IN ($1, $2)", old, held));
    }

    private static async Task<IEnumerable<Guid>> SeenAsync(Truth truth, string scope, Guid me)
    {
        IEnumerable<Guid> seen = [];
        await truth.Limits.SyncAsync([scope], [scope], me, table =>
        {
            seen = table.Permits.Select(permit => permit.Worker);
            return new([], []);
        }, CancellationToken.None);
        return seen;
    }
}
