using Millrace.Persistence.Commit;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Budgets;

/// <summary>
/// What generations hold of budgets. A generation holds one amount, and not one for each call: its ended calls and the
/// one that is about to be made. So whoever reserves again, after a park, a hand-back, a death or a lost answer,
/// changes that amount and adds none. Settling takes the row away, so it counts once.
/// </summary>
public sealed class ReservationStore(IDatabase database, DatabaseOutage outage, SerializedTransactions transactions)
{
    private static readonly Guid Lines = Guid.Parse("c1b1a1de-52a6-5b0c-9d0d-2f3a9c6d1e47");

    private const string Held = "SELECT budget_key, nanos FROM reservations WHERE generation_id = $1";

    private const string Put = """
        INSERT INTO reservations (generation_id, budget_key, nanos) VALUES ($1, $2, $3)
        ON CONFLICT (generation_id, budget_key) DO UPDATE SET nanos = excluded.nanos
        """;

    private const string Take = "DELETE FROM reservations WHERE generation_id = $1 RETURNING budget_key, nanos";

    private const string Cost = "SELECT cost_nanos FROM generations WHERE id = $1 AND finished_at IS NOT NULL";

    private readonly string fence = $"SELECT 1 FROM generations g WHERE {Fence.Holds} {database.Sql.ForShare}";

    private readonly string ended = $"""
        SELECT DISTINCT r.generation_id FROM reservations r JOIN generations g ON g.id = r.generation_id
        WHERE g.finished_at < {database.Sql.NowPlus("$1")} LIMIT 500
        """;

    /// <summary>
    /// Makes what the generation holds of each of these budgets the amount, and of others nothing: all of it or, where
    /// one has no room, nothing.
    /// </summary>
    /// <param name="held">The run that asks.</param>
    /// <param name="budgets">One or more, each once.</param>
    /// <param name="amount">Not less than 0.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<ReservationResult> ReserveAsync(
        Fence held, IReadOnlyList<BudgetLimit> budgets, long amount, CancellationToken cancellation) =>
        transactions.RunAsync(
            LineOf(budgets[0].Key), transaction => ReserveAsync(transaction, held, budgets, amount), cancellation);

    /// <summary>Gives back what a generation holds above an amount, because its call has ended and cost less.</summary>
    public Task ShrinkAsync(Fence held, string line, long amount, CancellationToken cancellation) =>
        transactions.RunAsync(LineOf(line), async transaction =>
        {
            if (!await IsOwnerAsync(transaction, held)) return false;
            var above = (await HeldAsync(transaction, held.GenerationId)).Where(one => one.Nanos > amount);
            foreach (var (key, nanos) in InOrder(above))
                await HoldAsync(transaction, held.GenerationId, key, nanos, amount);
            return true;
        }, cancellation);

    /// <summary>
    /// Turns what an ended generation holds into what it spent, once, whoever says so and however often. Nothing
    /// happens to one that has not ended or holds nothing.
    /// </summary>
    /// <param name="generation">Which.</param>
    /// <param name="spent">Null where its run did not live to tell: then the cost in its row counts, else what it
    /// holds.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task SettleAsync(Guid generation, long? spent, CancellationToken cancellation)
    {
        var held = await outage.QueryAsync(Held, Share.Read, cancellation, generation);
        if (held.Count == 0) return;
        await transactions.RunAsync(
            LineOf(held[0].Key), transaction => SettleAsync(transaction, generation, spent), cancellation);
    }

    /// <remarks>
    /// 1 still ours? · 2 what it holds already · 3 all rows locked before the first is changed · 4 the changes
    /// </remarks>
    private async Task<ReservationResult> ReserveAsync(
        ITransaction transaction, Fence held, IReadOnlyList<BudgetLimit> budgets, long amount)
    {
        // 1
        if (!await IsOwnerAsync(transaction, held)) return new(false, null);

        // 2
        var before = (await HeldAsync(transaction, held.GenerationId)).ToDictionary(one => one.Key, one => one.Nanos);
        var limits = budgets.ToDictionary(budget => budget.Key, budget => budget.LimitNanos);

        // 3
        foreach (var key in limits.Keys.Union(before.Keys).Order(StringComparer.Ordinal))
        {
            var standing = await BudgetStore.LockAsync(transaction, key);
            if (!limits.TryGetValue(key, out var limit)) continue;
            if (!standing.HasRoomFor(amount - before.GetValueOrDefault(key), limit)) return new(true, standing);
        }

        // 4
        foreach (var key in limits.Keys)
            await HoldAsync(transaction, held.GenerationId, key, before.GetValueOrDefault(key), amount);
        foreach (var (key, nanos) in before)
        {
            if (limits.ContainsKey(key)) continue; // else it is of a period that has passed
            await BudgetStore.MoveAsync(transaction, key, -nanos);
            await transaction.ExecuteAsync(
                "DELETE FROM reservations WHERE generation_id = $1 AND budget_key = $2", held.GenerationId, key);
        }
        return new ReservationResult(true, null);
    }

    private static async Task<bool> SettleAsync(ITransaction transaction, Guid generation, long? spent)
    {
        var cost = await transaction.QueryAsync(Cost, row => row.GetOnlyOrDefault<long?>(), generation);
        if (cost.Count == 0) return false;
        var taken = await transaction.QueryAsync(Take, Share.Read, generation);
        foreach (var (key, nanos) in InOrder(taken))
            await BudgetStore.SettleAsync(transaction, key, nanos, spent ?? cost[0] ?? nanos);
        return true;
    }

    private async Task<bool> IsOwnerAsync(ITransaction transaction, Fence held) =>
        (await transaction.QueryAsync(fence, _ => true, held.GenerationId, held.Epoch, held.Owner)).Count > 0;

    private static Task<List<Share>> HeldAsync(ITransaction transaction, Guid generation) =>
        transaction.QueryAsync(Held, Share.Read, generation);

    /// <summary>Changes what the generation holds of a budget.</summary>
    private static async Task HoldAsync(ITransaction transaction, Guid generation, string key, long before, long now)
    {
        await BudgetStore.MoveAsync(transaction, key, now - before);
        await transaction.ExecuteAsync(Put, generation, key, now);
    }

    /// <summary>Budgets are locked in the order of their keys.</summary>
    private static IEnumerable<Share> InOrder(IEnumerable<Share> shares) =>
        shares.OrderBy(one => one.Key, StringComparer.Ordinal);

    /// <summary>
    /// Generations that ended so long ago and still hold something: their worker died between the two.
    /// </summary>
    public Task<List<Guid>> EndedAsync(TimeSpan patience, CancellationToken cancellation) =>
        database.QueryAsync(ended, row => row.GetOnly<Guid>(), cancellation, -(long)patience.TotalMilliseconds);

    private static Guid LineOf(string key) => NamedId.Of(Lines, key);

    /// <summary>What a generation holds of a budget.</summary>
    private sealed record Share(string Key, long Nanos)
    {
        public static Share Read(Row row) => new(row.GetString("budget_key"), row.GetInt64("nanos"));
    }
}
