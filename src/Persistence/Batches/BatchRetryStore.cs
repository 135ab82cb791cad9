using Millrace.Persistence.Commit;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Batches;

/// <summary>Runs lines again that have no answer, in a batch that has ended.</summary>
public sealed class BatchRetryStore(IDatabase database, DatabaseOutage outage, BatchRounds lines)
{
    /// <summary>Lines that one statement begins anew.</summary>
    internal const int PageSize = 500;

    private readonly string reopen = $"""
        UPDATE batches SET state = '{BatchState.InProgress}', failed = 0, finished_at = NULL, stopping_at = NULL,
            announced_at = NULL, epoch = epoch + 1, expires_at = {database.Sql.NowPlus("\"window\"")},
            budget_nanos = coalesce($3, budget_nanos)
        WHERE id = $1 AND tenant = $2
            AND state IN {BatchStates.Repeatable} AND completed < total
        """;

    private static readonly string Unanswered = $"""
        SELECT number, round, request FROM batch_lines
        WHERE batch_id = $1 AND state IN ('{BatchLineState.Failed}', '{BatchLineState.Cancelled}') AND number > $2
            AND NOT EXISTS (SELECT 1 FROM generations g WHERE g.id = generation_id AND g.erased_at IS NOT NULL)
            ORDER BY number LIMIT {PageSize}
        """;

    private const string CountLanes = $"""
        INSERT INTO batch_lanes (batch_id, lane, model, pending)
        SELECT batch_id, lane, model, count(*) FROM batch_lines
        WHERE batch_id = $1 AND state = '{BatchLineState.Pending}' GROUP BY batch_id, lane, model
        """;

    // Those that were erased cannot run again, and stay failed
    private const string CountFailed = $"""
        UPDATE batches SET failed = (SELECT count(*) FROM batch_lines
            WHERE batch_id = $1 AND state IN ('{BatchLineState.Failed}', '{BatchLineState.Cancelled}')) WHERE id = $1
        """;

    /// <summary>
    /// Makes all lines without an answer run, within a new window. False if there are none, or the batch has not ended.
    /// </summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="id">Which.</param>
    /// <param name="budget">What the batch may cost from its beginning on, in US dollars; absent: what it might
    /// before.</param>
    /// <param name="cancellation">Ends it, without a trace.</param>
    public async Task<bool> RetryAsync(string tenant, Guid id, decimal? budget, CancellationToken cancellation)
    {
        DatabaseOutage.LiftLimit(); // a million lines take a minute
        return await outage.TransactAsync(async transaction =>
        {
            if (await transaction.ExecuteAsync(reopen, id, tenant, Nanos.Of(budget)) == 0) return false;
            await RenewAllAsync(transaction, id);
            await transaction.ExecuteAsync(CountFailed, id);
            await BatchOutput.ReopenAsync(transaction, id);
            await transaction.ExecuteAsync("DELETE FROM batch_lanes WHERE batch_id = $1", id);
            await transaction.ExecuteAsync(CountLanes, id);
            return true;
        }, cancellation);
    }

    private async Task RenewAllAsync(ITransaction transaction, Guid id)
    {
        List<LineRound> page;
        var after = 0L;
        do
        {
            page = await transaction.QueryAsync(Unanswered, LineRound.Read, id, after);
            if (page.Count == 0) return;
            await lines.RenewAsync(transaction, id, page);
            after = page[^1].Number;
        }
        while (page.Count == PageSize);
    }
}
