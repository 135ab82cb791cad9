using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Persistence;

/// <summary>Runs lines again that have no answer, in a batch that has ended.</summary>
public sealed class BatchRetryStore(IDatabase database, DatabaseOutage outage)
{
    private const int PageSize = 500;

    private readonly string reopen = $"""
        UPDATE batches SET state = 'in_progress', failed = 0, finished_at = NULL, stopping_at = NULL, announced_at = NULL, epoch = epoch + 1,
            expires_at = {database.Sql.NowPlus("\"window\"")}, budget_nanos = coalesce($3, budget_nanos)
        WHERE id = $1 AND tenant = $2 AND state IN ('completed', 'expired', 'cancelled') AND completed < total
        """;

    private const string Unanswered = $"""
        SELECT number, generation_id, round, request FROM batch_lines
        WHERE batch_id = $1 AND state IN ('failed', 'cancelled') AND number > $2
            AND NOT EXISTS (SELECT 1 FROM generations g WHERE g.id = generation_id AND g.erased_at IS NOT NULL) ORDER BY number LIMIT 500
        """;

    private readonly string renew = $"""
        UPDATE batch_lines SET state = 'pending', position = NULL, round = $3, generation_id = $4, request = {database.Sql.Json("$5")}, request_hash = $6
        WHERE batch_id = $1 AND number = $2
        """;

    private const string CountLanes = """
        INSERT INTO batch_lanes (batch_id, lane, model, pending)
        SELECT batch_id, lane, model, count(*) FROM batch_lines WHERE batch_id = $1 AND state = 'pending' GROUP BY batch_id, lane, model
        """;

    // Those that were erased cannot run again, and stay failed
    private const string CountFailed = """
        UPDATE batches SET failed = (SELECT count(*) FROM batch_lines WHERE batch_id = $1 AND state IN ('failed', 'cancelled')) WHERE id = $1
        """;

    /// <summary>Makes all lines without an answer run, within a new window. False if there are none, or the batch has not ended.</summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="id">Which.</param>
    /// <param name="budget">What the batch may cost from its beginning on, in US dollars; absent: what it might before.</param>
    /// <param name="cancellation">Ends it, without a trace.</param>
    public Task<bool> RetryAsync(string tenant, Guid id, decimal? budget, CancellationToken cancellation) =>
        outage.WaitOutAsync(token => database.TransactAsync(async transaction =>
        {
            if (await transaction.ExecuteAsync(reopen, id, tenant, Nanos.Of(budget)) == 0) return false;
            for (var after = 0L; after >= 0;) after = await RenewAsync(transaction, id, after);
            await transaction.ExecuteAsync(CountFailed, id);
            await BatchOutput.ReopenAsync(transaction, id);
            await transaction.ExecuteAsync("DELETE FROM batch_lanes WHERE batch_id = $1", id);
            await transaction.ExecuteAsync(CountLanes, id);
            return true;
        }, token), cancellation);

    /// <summary>A page of them; the last one's number, or -1 behind the last page.</summary>
    private async Task<long> RenewAsync(ITransaction transaction, Guid id, long after)
    {
        var page = await transaction.QueryAsync(Unanswered, row => (Number: row.GetInt64(0), Round: row.GetInt32(2), Request: row.GetString(3)), id, after);
        foreach (var (number, round, json) in page)
        {
            var request = JsonSerializer.Deserialize<GenerateRequested>(json, ContractsJson.Options)! with { GenerationId = BatchLineId.Of(id, number, round + 1) };
            await transaction.ExecuteAsync(
                renew, id, number, round + 1, request.GenerationId, JsonSerializer.Serialize(request, ContractsJson.Options), RequestHash.Of(request));
        }
        return page.Count == PageSize ? page[^1].Number : -1;
    }
}

/// <summary>The generation of a line: the same wherever it is computed.</summary>
public static class BatchLineId
{
    public static Guid Of(Guid batch, long number, int round = 0) => NamedId.Of(batch, FormattableString.Invariant($"{number}/{round}"));
}
