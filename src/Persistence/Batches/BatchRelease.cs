using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Batches;

/// <summary>
/// Turns lines of a batch into generations, in the order of the file, as far as the batch's money goes.
/// </summary>
public sealed class BatchRelease(IDatabase database, BatchRounds rounds)
{
    private readonly string locked = $"""
        SELECT budget_nanos, spent_nanos + reserved_nanos AS used_nanos, reserved_nanos FROM batches
        WHERE id = $1 AND state = '{BatchState.InProgress}' {database.Sql.ForUpdate}
        """;

    private const string Chosen = $"""
        FROM batch_lines WHERE batch_id = $1 AND lane = $2 AND model = $3 AND state = '{BatchLineState.Pending}'
        ORDER BY number LIMIT $4
        """;

    private readonly string begin = $"""
        INSERT INTO generations (id, tenant, state, lane, candidate, provider, model, channel, batch_id, batch_line,
            request, request_hash, goes_first, epoch, attempt, last_sequence, received_at, nudged_at)
        SELECT l.generation_id, b.tenant, '{GenerationState.Queued}', l.lane, 0, l.provider, l.model, b.channel, b.id,
            l.number, l.request, l.request_hash, false, 0, 0, 0, {database.Sql.Now}, {database.Sql.Now}
        FROM batch_lines l JOIN batches b ON b.id = l.batch_id
        WHERE l.batch_id = $1 AND l.number IN (SELECT number {Chosen})
        ON CONFLICT (id) DO NOTHING RETURNING id
        """;

    private const string Taken = $"""
        SELECT l.number, l.round, l.request FROM batch_lines l JOIN generations g ON g.id = l.generation_id
        WHERE l.batch_id = $1 AND l.number IN (SELECT number {Chosen})
        """;

    // The next line of each model: if the money is too short for all of them, it is used up
    private const string Cheapest = $"""
        SELECT min((SELECT l.estimate_nanos FROM batch_lines l
            WHERE l.batch_id = m.batch_id AND l.lane = m.lane AND l.model = m.model
                AND l.state = '{BatchLineState.Pending}' ORDER BY l.number LIMIT 1))
        FROM batch_lanes m WHERE m.batch_id = $1 AND m.pending > 0
        """;

    private const string Mark = $"""
        UPDATE batch_lines SET state = '{BatchLineState.Released}'
        WHERE batch_id = $1 AND number IN (SELECT number {Chosen})
        """;

    private const string Count = """
        UPDATE batch_lanes SET pending = pending - $4 WHERE batch_id = $1 AND lane = $2 AND model = $3
        """;

    private readonly string exhaust = $"""
        UPDATE batches SET state = '{BatchState.Exhausted}', stopping_at = {database.Sql.Now} WHERE id = $1
        """;

    internal async Task<IReadOnlyList<Guid>> LetGoAsync(
        ITransaction transaction, Guid batch, string lane, string model, int count)
    {
        // 1 The batch still runs, and its row is ours
        var found = await transaction.QueryAsync(locked, ReadMoney, batch);
        if (found.Count == 0) return [];

        // 2 As many lines as its money allows
        if (found[0].Budget is { } budget)
        {
            var left = budget - found[0].Used;
            var costs = await transaction.QueryAsync(
                $"SELECT estimate_nanos {Chosen}", row => row.GetOnly<long>(), batch, lane, model, count);
            (count, var cost) = Affordable(costs, left);
            var canNeverGo = count == 0 && found[0].Reserved == 0 && await CheapestAsync(transaction, batch) > left;
            if (canNeverGo) await transaction.ExecuteAsync(exhaust, batch);
            if (count == 0) return [];
            await transaction.ExecuteAsync(
                "UPDATE batches SET reserved_nanos = reserved_nanos + $2 WHERE id = $1", batch, cost);
        }

        // 3 Somebody has published a request under the id that a line was to have: the line gets another
        var taken = await transaction.QueryAsync(Taken, LineRound.Read, batch, lane, model, count);
        if (taken.Count > 0) await rounds.RenewAsync(transaction, batch, taken);

        // 4 They become generations
        var begun = await transaction.QueryAsync(begin, row => row.GetOnly<Guid>(), batch, lane, model, count);
        var marked = await transaction.ExecuteAsync(Mark, batch, lane, model, count);
        await transaction.ExecuteAsync(Count, batch, lane, model, (long)marked);
        return begun;
    }

    private static (long? Budget, long Used, long Reserved) ReadMoney(Row row) =>
        (row.GetInt64OrNull("budget_nanos"), row.GetInt64("used_nanos"), row.GetInt64("reserved_nanos"));

    private static async Task<long> CheapestAsync(ITransaction transaction, Guid batch) =>
        (await transaction.QueryAsync(Cheapest, row => row.GetOnlyOrDefault<long?>() ?? 0, batch)).Single();

    /// <summary>How many of the lines, from the first, and what they may cost together.</summary>
    private static (int Count, long Cost) Affordable(List<long> costs, long left)
    {
        var (count, sum) = (0, 0L);
        while (count < costs.Count && sum + costs[count] <= left) sum += costs[count++];
        return (count, sum);
    }
}
