using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Batches;

/// <summary>Turns lines of a batch into generations, in the order of the file, as far as the batch's money goes.</summary>
public sealed class BatchRelease(IDatabase database, BatchRounds rounds)
{
    private readonly string locked = $"SELECT budget_nanos, spent_nanos + reserved_nanos, reserved_nanos FROM batches WHERE id = $1 AND state = 'in_progress' {database.Sql.ForUpdate}";

    private const string Chosen = """
        FROM batch_lines WHERE batch_id = $1 AND lane = $2 AND model = $3 AND state = 'pending' ORDER BY number LIMIT $4
        """;

    private readonly string begin = $"""
        INSERT INTO generations (id, tenant, state, lane, candidate, provider, model, channel, batch_id, batch_line, request, request_hash,
            goes_first, epoch, attempt, last_sequence, received_at, nudged_at)
        SELECT l.generation_id, b.tenant, 'queued', l.lane, 0, l.provider, l.model, b.channel, b.id, l.number, l.request, l.request_hash,
            false, 0, 0, 0, {database.Sql.Now}, {database.Sql.Now}
        FROM batch_lines l JOIN batches b ON b.id = l.batch_id
        WHERE l.batch_id = $1 AND l.number IN (SELECT number {Chosen})
        ON CONFLICT (id) DO NOTHING RETURNING id
        """;

    private const string Taken = $"""
        SELECT l.number, l.round, l.request FROM batch_lines l JOIN generations g ON g.id = l.generation_id
        WHERE l.batch_id = $1 AND l.number IN (SELECT number {Chosen})
        """;

    // The next line of each model: if the money is too short for all of them, it is used up
    private const string Cheapest = """
        SELECT min((SELECT l.estimate_nanos FROM batch_lines l
            WHERE l.batch_id = m.batch_id AND l.lane = m.lane AND l.model = m.model AND l.state = 'pending' ORDER BY l.number LIMIT 1))
        FROM batch_lanes m WHERE m.batch_id = $1 AND m.pending > 0
        """;

    private const string Mark = $"UPDATE batch_lines SET state = 'released' WHERE batch_id = $1 AND number IN (SELECT number {Chosen})";

    private const string Count = """
        UPDATE batch_lanes SET pending = pending - $4 WHERE batch_id = $1 AND lane = $2 AND model = $3
        """;

    private readonly string exhaust = $"UPDATE batches SET state = 'exhausted', stopping_at = {database.Sql.Now} WHERE id = $1";

    internal async Task<IReadOnlyList<Guid>> LetGoAsync(ITransaction transaction, Guid batch, string lane, string model, int count)
    {
        var money = await transaction.QueryAsync(locked, row => (Budget: row.NumberOrNull(0), Used: row.GetInt64(1), Reserved: row.GetInt64(2)), batch);
        if (money.Count == 0) return [];
        if (money[0].Budget is { } budget)
        {
            var costs = await transaction.QueryAsync($"SELECT estimate_nanos {Chosen}", row => row.GetInt64(0), batch, lane, model, count);
            (count, var cost) = Affordable(costs, budget - money[0].Used);
            if (count == 0 && money[0].Reserved == 0 && await CheapestAsync(transaction, batch) > budget - money[0].Used) await transaction.ExecuteAsync(exhaust, batch);
            if (count == 0) return [];
            await transaction.ExecuteAsync("UPDATE batches SET reserved_nanos = reserved_nanos + $2 WHERE id = $1", batch, cost);
        }
        // Somebody has published a request under the id that a line was to have: the line gets another
        var taken = await transaction.QueryAsync(Taken, row => new LineRound(row.GetInt64(0), row.GetInt32(1), row.GetString(2)), batch, lane, model, count);
        if (taken.Count > 0) await rounds.RenewAsync(transaction, batch, taken);
        var begun = await transaction.QueryAsync(begin, row => row.GetGuid(0), batch, lane, model, count);
        var marked = await transaction.ExecuteAsync(Mark, batch, lane, model, count);
        await transaction.ExecuteAsync(Count, batch, lane, model, (long)marked);
        return begun;
    }

    private static async Task<long> CheapestAsync(ITransaction transaction, Guid batch) =>
        (await transaction.QueryAsync(Cheapest, row => row.NumberOrNull(0) ?? 0, batch)).Single();

    /// <summary>How many of the lines, from the first, and what they may cost together.</summary>
    private static (int Count, long Cost) Affordable(List<long> costs, long left)
    {
        var (count, sum) = (0, 0L);
        while (count < costs.Count && sum + costs[count] <= left) sum += costs[count++];
        return (count, sum);
    }
}
