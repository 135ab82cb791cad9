using CsCheck;
using Millrace.Persistence.Budgets;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Persistence;

[Integration]
public sealed class ReservationTests(Truths truths) : IClassFixture<Truths>
{
    private static readonly CancellationToken Token = CancellationToken.None;

    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Of_many_reservations_at_once_by_two_workers_as_many_pass_as_the_budget_has_room_for(Kind kind)
    {
        await using var other = truths.Another(kind);
        var (truth, key) = (truths.Of(kind), Key());
        var fences = await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ => (await truth.RunningAsync(Guid.NewGuid())).Fence));

        var results = await Task.WhenAll(fences.Select((fence, n) => (n % 2 == 0 ? truth : other).Reservations.ReserveAsync(fence, [new(key, 75)], 10, Token)));

        Assert.Equal((7, 33), (results.Count(result => result.Full is null), results.Count(result => result.Full is { } full && full.Key == key)));
        Assert.Equal(new BudgetStanding(key, 0, 70), await truth.Budgets.FindAsync(key, Token));
        Assert.All(results, result => Assert.True(result.IsOwner));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_generation_that_reserves_again_holds_one_amount_whoever_runs_it_and_whatever_answers_were_lost(Kind kind)
    {
        await using var truth = truths.Another(kind);
        var (key, budgets) = Budget(100);
        var first = (await truth.RunningAsync(Guid.NewGuid())).Fence;
        truth.Database.LoseNextTransaction = true;
        Assert.Null((await truth.Reservations.ReserveAsync(first, budgets, 60, Token)).Full);
        Assert.Null((await truth.Reservations.ReserveAsync(first, budgets, 80, Token)).Full);

        var second = (await truth.Runs.ClaimAsync(first.GenerationId, await truth.JudgeAsync(), Rows.Lane, Token))!.Fence;
        Assert.Null((await truth.Reservations.ReserveAsync(second, budgets, 90, Token)).Full);
        Assert.Equal(new(false, null), await truth.Reservations.ReserveAsync(first, budgets, 5, Token));
        await truth.Reservations.ShrinkAsync(first, key, 1, Token);
        Assert.Equal(new(key, 0, 90), (await truth.Reservations.ReserveAsync(second, budgets, 101, Token)).Full);

        Assert.Equal(new BudgetStanding(key, 0, 90), await truth.Budgets.FindAsync(key, Token));
        await truth.Reservations.ShrinkAsync(second, key, 40, Token);
        await truth.Reservations.ShrinkAsync(second, key, 70, Token);
        Assert.Equal(new BudgetStanding(key, 0, 40), await truth.Budgets.FindAsync(key, Token));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_was_held_becomes_what_was_spent_once_after_the_end_and_not_before(Kind kind)
    {
        await using var truth = truths.Another(kind);
        var (key, budgets) = Budget(100);
        var fence = (await truth.RunningAsync(Guid.NewGuid())).Fence;
        await truth.Reservations.ReserveAsync(fence, budgets, 60, Token);
        await truth.Reservations.SettleAsync(fence.GenerationId, 5, Token);
        Assert.Equal(new BudgetStanding(key, 0, 60), await truth.Budgets.FindAsync(key, Token));

        await truth.Runs.FinishAsync(fence, Rows.Completed() with { CostNanos = 20 }, Token);
        truth.Database.LoseNextTransaction = true;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => truth.Reservations.SettleAsync(fence.GenerationId, 25, Token)));

        Assert.Equal(new BudgetStanding(key, 25, 0), await truth.Budgets.FindAsync(key, Token));
        Assert.Equal(new(true, new(key, 25, 0)), await truth.Reservations.ReserveAsync((await truth.RunningAsync(Guid.NewGuid())).Fence, budgets, 76, Token));
    }

    [Theory]
    [InlineData(Kind.Postgres, 20L, 20)]
    [InlineData(Kind.Sqlite, 20L, 20)]
    [InlineData(Kind.Postgres, null, 60)]
    [InlineData(Kind.Sqlite, null, 60)]
    public async Task What_a_worker_that_died_did_not_settle_is_found_and_counts_with_its_cost_or_with_what_was_held(Kind kind, long? cost, long spent)
    {
        var truth = truths.Of(kind);
        var (key, budgets) = Budget(100);
        var fence = (await truth.RunningAsync(Guid.NewGuid())).Fence;
        await truth.Reservations.ReserveAsync(fence, budgets, 60, Token);
        await truth.Runs.FinishAsync(fence, Rows.Completed() with { CostNanos = cost }, Token);
        Assert.DoesNotContain(fence.GenerationId, await truth.Reservations.EndedAsync(TimeSpan.FromHours(1), Token));
        await truth.AgeAsync(fence.GenerationId, "finished_at", TimeSpan.FromHours(2));
        Assert.Contains(fence.GenerationId, await truth.Reservations.EndedAsync(TimeSpan.FromHours(1), Token));

        await truth.Reservations.SettleAsync(fence.GenerationId, spent: null, Token);

        Assert.Equal(new BudgetStanding(key, spent, 0), await truth.Budgets.FindAsync(key, Token));
        Assert.DoesNotContain(fence.GenerationId, await truth.Reservations.EndedAsync(TimeSpan.FromHours(1), Token));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Several_budgets_give_all_or_nothing_and_a_new_period_takes_over(Kind kind)
    {
        var truth = truths.Of(kind);
        var (old, wide, narrow) = (Key(), Key(), Key());
        var fence = (await truth.RunningAsync(Guid.NewGuid())).Fence;
        await truth.Reservations.ReserveAsync(fence, [new(old, 100)], 30, Token);

        Assert.Equal(narrow, (await truth.Reservations.ReserveAsync(fence, [new(wide, 100), new(narrow, 39)], 40, Token)).Full!.Key);
        Assert.Equal((30, 0), ((await truth.Budgets.FindAsync(old, Token))!.ReservedNanos, (await truth.Budgets.FindAsync(wide, Token))?.ReservedNanos ?? 0));

        Assert.Null((await truth.Reservations.ReserveAsync(fence, [new(wide, 100), new(narrow, 40)], 40, Token)).Full);
        Assert.Equal((0, 40, 40), (await ReservedAsync(truth, old), await ReservedAsync(truth, wide), await ReservedAsync(truth, narrow)));
    }

    [Fact]
    public async Task Whatever_happens_to_generations_a_budget_is_never_passed_and_nothing_is_left_behind() =>
        await Gen.Select(Gen.Int[0, 60].Array[12], Gen.Int[0, 5].Array[12], Gen.Long[50, 200]).SampleAsync(async (amounts, fates, limit) =>
        {
            var (truth, key) = (truths.Of(Kind.Sqlite), Key());
            var spent = 0L;
            await Task.WhenAll(amounts.Zip(fates).Select(async one =>
            {
                var fence = (await truth.RunningAsync(Guid.NewGuid())).Fence;
                var result = await truth.Reservations.ReserveAsync(fence, [new(key, limit)], one.First, Token);
                var cost = result.Full is null ? one.First * one.Second / 5 : 0; // no call costs more than its estimate
                if (one.Second % 2 == 0) await truth.Reservations.ReserveAsync(fence, [new(key, limit)], cost, Token);
                var standing = (await truth.Budgets.FindAsync(key, Token))!;
                Assert.True(standing.SpentNanos + standing.ReservedNanos <= limit, $"{standing} of {limit}");
                await truth.Runs.FinishAsync(fence, Rows.Completed() with { CostNanos = cost }, Token);
                await truth.Reservations.SettleAsync(fence.GenerationId, one.Second % 3 == 0 ? null : cost, Token);
                Interlocked.Add(ref spent, cost);
            }));
            Assert.Equal(new BudgetStanding(key, spent, 0), await truth.Budgets.FindAsync(key, Token));
            Assert.InRange(spent, 0, limit);
        }, iter: 10, threads: 1);

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Another_holder_of_budgets_takes_from_the_same_rows_in_transactions_of_its_own(Kind kind)
    {
        var (truth, key) = (truths.Of(kind), $"batch/{Guid.NewGuid()}");

        var refusals = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => truth.Database.TransactAsync(work => BudgetStore.ReserveAsync(work, key, 10, 95), Token)));
        await truth.Database.TransactAsync(async work =>
        {
            await BudgetStore.SettleAsync(work, key, 10, 4);
            return true;
        }, Token);

        Assert.Equal(11, refusals.Count(refusal => refusal is not null));
        Assert.Equal(new BudgetStanding(key, 4, 80), await truth.Budgets.FindAsync(key, Token));
    }

    private static async Task<long> ReservedAsync(Truth truth, string key) => (await truth.Budgets.FindAsync(key, Token))!.ReservedNanos;

    private static (string Key, IReadOnlyList<BudgetLimit> Budgets) Budget(long limit) => Key() is var key ? (key, [new(key, limit)]) : default;

    private static string Key() => $"tenant/{Guid.NewGuid():N}/total";
}
