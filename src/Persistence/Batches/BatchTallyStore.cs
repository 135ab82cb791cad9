using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Batches;

/// <summary>
/// Counts the lines that have ended and gives them their places in the output: a line's place, the batch's counts and
/// its state are one transaction under the lock of the batch's row, so a line is in the output once, whoever dies. The
/// end of the last line is the end of the batch; nothing has to be put together then.
/// </summary>
public sealed class BatchTallyStore(IDatabase database, BatchStore batches)
{
    /// <summary>Lines that one count takes.</summary>
    private const int Most = 1000;

    private const string Live = $"""
        SELECT id FROM batches
        WHERE announced_at IS NULL
            AND state IN {BatchStates.Running}
        ORDER BY created_at
        """;

    private readonly string locked = $"""
        SELECT {BatchStore.Columns}, expires_at <= {database.Sql.Now} AS is_late FROM batches
        WHERE id = $1 {database.Sql.ForUpdateSkipLocked}
        """;

    private static readonly string Ended = $"""
        SELECT l.number, g.state, g.input_tokens, g.cached_tokens, g.output_tokens, g.reasoning_tokens, g.cost_nanos,
            l.estimate_nanos
        FROM batch_lines l JOIN generations g ON g.id = l.generation_id AND g.batch_id = l.batch_id
        WHERE l.batch_id = $1 AND l.state = '{BatchLineState.Released}' AND g.finished_at IS NOT NULL
        ORDER BY g.finished_at, l.number LIMIT {Most}
        """;

    private const string AnyReleased = $"""
        SELECT 1 FROM batch_lines WHERE batch_id = $1 AND state = '{BatchLineState.Released}' LIMIT 1
        """;

    private readonly string settle = $"""
        UPDATE batches SET state = $2, completed = $3, failed = $4, last_position = $5, input_tokens = $6,
            cached_tokens = $7, output_tokens = $8, reasoning_tokens = $9, spent_nanos = $10, reserved_nanos = $11,
            has_cost = $12, told_at = CASE WHEN $13 THEN {database.Sql.Now} ELSE told_at END,
            stopping_at = CASE WHEN $14 THEN coalesce(stopping_at, {database.Sql.Now}) ELSE stopping_at END,
            finished_at = CASE WHEN $15 THEN {database.Sql.Now} ELSE finished_at END
        WHERE id = $1 RETURNING finished_at
        """;

    private readonly string isDue = $"SELECT told_at < {database.Sql.NowPlus("-1000")} FROM batches WHERE id = $1";

    /// <summary>The batches that run, the oldest first.</summary>
    public Task<List<Guid>> LiveAsync(CancellationToken cancellation) =>
        database.QueryAsync(Live, row => row.GetOnly<Guid>(), cancellation);

    /// <summary>Counts what has ended in a batch; null while somebody else does.</summary>
    public Task<BatchCount?> CountAsync(Guid id, CancellationToken cancellation) =>
        database.TransactAsync(transaction => CountAsync(transaction, id), cancellation);

    /// <remarks>
    /// 1 its row, locked · 2 places for what has ended · 3 its window · 4 its end · 5 its files · 6 what has changed
    /// </remarks>
    private async Task<BatchCount?> CountAsync(ITransaction transaction, Guid id)
    {
        // 1
        var found = await transaction.QueryAsync(
            locked, row => (Batch: BatchStore.Read(row), IsLate: row.GetBoolean("is_late")), id);
        if (found.Count == 0) return null;
        var (batch, isLate) = found[0];
        if (BatchState.IsTerminal(batch.State) || batch.State == BatchState.Validating) return null;
        var (answers, errors) = (BatchOutput.AnswersOf(batch), BatchOutput.ErrorsOf(batch));

        // 2
        var lines = await transaction.QueryAsync(Ended, EndedLine.Read, id);
        if (lines.Count > 0) await PlaceAsync(transaction, batch, lines);

        // 3
        if (isLate && batch.State is BatchState.InProgress or BatchState.Exhausted)
        {
            batch.State = BatchState.Expiring;
            await transaction.ExecuteAsync(batches.StopLines, id, "Its batch's window is over.");
        }

        // 4
        var isOver = await IsOverAsync(transaction, batch);
        if (isOver)
        {
            End(batch);
            // What is left there never goes
            await transaction.ExecuteAsync("DELETE FROM batch_lanes WHERE batch_id = $1", id);
        }

        // 5
        var hasNewFile = BatchOutput.AnswersOf(batch) != answers || BatchOutput.ErrorsOf(batch) != errors;
        if (isOver || hasNewFile) await BatchOutput.ShowAsync(transaction, database.Sql, batch, isOver);

        // 6
        var isNews = lines.Count > 0 && (isOver || await IsDueAsync(transaction, id));
        var hasChanged = lines.Count > 0 || isOver || batch.State == BatchState.Expiring;
        if (hasChanged) batch.FinishedAt = await SettleAsync(transaction, batch, isNews, isOver);
        return new BatchCount(batch, isNews, lines.Count == Most);
    }

    /// <summary>Nothing is out, and nothing is to go out any more.</summary>
    private static async Task<bool> IsOverAsync(ITransaction transaction, Batch batch)
    {
        if (batch.State == BatchState.InProgress) return batch.Completed + batch.Failed == batch.Total;
        return (await transaction.QueryAsync(AnyReleased, _ => true, batch.Id)).Count == 0;
    }

    /// <summary>Whether its progress was last told long enough ago.</summary>
    private async Task<bool> IsDueAsync(ITransaction transaction, Guid id) =>
        (await transaction.QueryAsync(isDue, row => row.GetOnly<bool>(), id)).Single();

    /// <summary>Writes the batch down; when it ended, if it has.</summary>
    private async Task<DateTimeOffset?> SettleAsync(ITransaction transaction, Batch batch, bool isNews, bool isOver)
    {
        var isStopping = batch.State != BatchState.InProgress && !isOver;
        var finished = await transaction.QueryAsync(
            settle, row => row.GetTimeOrNull("finished_at"), batch.Id, batch.State, batch.Completed, batch.Failed, batch.LastPosition,
            batch.InputTokens, batch.CachedTokens, batch.OutputTokens, batch.ReasoningTokens, batch.SpentNanos, batch.ReservedNanos, batch.HasCost,
            isNews, isStopping, isOver);
        return finished.Single();
    }

    private static void End(Batch batch)
    {
        // Each of the rest has its error, and could be run again
        if (batch.State == BatchState.Exhausted) batch.Failed = batch.Total - batch.Completed;
        var isCut = batch.Completed + batch.Failed < batch.Total;
        batch.State = batch.State switch
        {
            BatchState.Cancelling when isCut => BatchState.Cancelled,
            BatchState.Expiring when isCut => BatchState.Expired,
            _ => BatchState.Completed,
        };
        batch.ReservedNanos = 0;
    }

    private static async Task PlaceAsync(ITransaction transaction, Batch batch, List<EndedLine> lines)
    {
        var places = lines.Select((line, i) => FormattableString.Invariant($"({line.Number}, {batch.LastPosition + i + 1}, '{line.State}')"));
        await transaction.ExecuteAsync($"""
            UPDATE batch_lines SET position = ended.column2, state = ended.column3
            FROM (VALUES {string.Join(", ", places)}) AS ended
            WHERE batch_lines.batch_id = $1 AND batch_lines.number = ended.column1
            """, batch.Id);
        Add(batch, lines);
    }

    private static void Add(Batch batch, List<EndedLine> lines)
    {
        var isStopping = batch.State != BatchState.InProgress;
        batch.LastPosition += lines.Count;
        batch.Completed += lines.Count(line => line.State == GenerationState.Completed);
        batch.Failed += lines.Count(line => line.State == GenerationState.Failed);
        // A line that was cancelled alone
        if (!isStopping) batch.Failed += lines.Count(line => line.State == GenerationState.Cancelled);
        batch.InputTokens += lines.Sum(line => line.Input);
        batch.CachedTokens += lines.Sum(line => line.Cached);
        batch.OutputTokens += lines.Sum(line => line.Output);
        batch.ReasoningTokens += lines.Sum(line => line.Reasoning);
        batch.SpentNanos += lines.Sum(line => line.Cost ?? 0);
        batch.HasCost &= lines.TrueForAll(line => line.Cost is not null || line.State != GenerationState.Completed);
        if (batch.BudgetNanos is not null) batch.ReservedNanos -= lines.Sum(line => line.Estimate);
    }

    private sealed record EndedLine(
        long Number, string State, long Input, long Cached, long Output, long Reasoning, long? Cost, long Estimate)
    {
        public static EndedLine Read(Row row) => new(
            row.GetInt64("number"),
            row.GetString("state"),
            row.GetInt64OrNull("input_tokens") ?? 0,
            row.GetInt64OrNull("cached_tokens") ?? 0,
            row.GetInt64OrNull("output_tokens") ?? 0,
            row.GetInt64OrNull("reasoning_tokens") ?? 0,
            row.GetInt64OrNull("cost_nanos"),
            row.GetInt64("estimate_nanos"));
    }
}
