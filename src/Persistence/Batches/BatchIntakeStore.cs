using System.Text.Json;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Membership;
using Millrace.Persistence.Model;
using Millrace.Persistence.Poison;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Batches;

/// <summary>From a file to lines: all of them run, or none.</summary>
public sealed class BatchIntakeStore(IDatabase database, DatabaseOutage outage, Liveness liveness)
{
    private const int PageSize = 1000;

    private static readonly IReadOnlyList<CopyColumn> LineColumns =
    [
        new("batch_id"), new("number"), new("custom_id"), new("form"), new("state"), new("round"), new("generation_id"), new("lane"), new("provider"), new("model"),
        new("request", IsJson: true), new("request_hash"), new("estimate_nanos"),
    ];

    private const string Held = $"WHERE id = $1 AND epoch = $2 AND owner = $3 AND state = '{BatchState.Validating}'";

    private readonly string claim = $"""
        UPDATE batches SET owner = $1, epoch = epoch + 1,
            lost_workers = CASE WHEN owner <> $1 THEN {Deaths.AppendOwner} ELSE lost_workers END
        WHERE id IN (
            SELECT id FROM batches WHERE state = '{BatchState.Validating}' AND announced_at IS NULL
                AND (owner IS NULL OR owner = $1 OR {liveness.IsDeadTo("batches.owner", "$1")})
            ORDER BY lost_workers IS NOT NULL, created_at LIMIT 1 {database.Sql.ForUpdateSkipLocked})
        RETURNING {BatchStore.Columns}, lost_workers
        """;

    private readonly string isHeld = $"SELECT 1 FROM batches {Held} {database.Sql.ForUpdate}";

    private readonly string begin = $"""
        UPDATE batches SET state = '{BatchState.InProgress}', total = $4, begun_at = {database.Sql.Now},
            owner = NULL {Held}
        """;

    private readonly string refuse = $"""
        UPDATE batches SET state = '{BatchState.Failed}', faults = {database.Sql.Json("$4")},
            finished_at = {database.Sql.Now}, owner = NULL {Held}
        """;

    private const string CountLanes = """
        INSERT INTO batch_lanes (batch_id, lane, model, pending)
        SELECT batch_id, lane, model, count(*) FROM batch_lines WHERE batch_id = $1 GROUP BY batch_id, lane, model
        """;

    private const string RemoveLines = $"""
        DELETE FROM batch_lines
        WHERE batch_id = $1 AND EXISTS (SELECT 1 FROM batches WHERE id = $1 AND state = '{BatchState.Failed}')
        """;

    /// <summary>
    /// A batch whose file nobody else is checking, the oldest first and those last over which workers were lost, or
    /// null. A worker checks one at a time: what is its own already was left by a claim whose answer was lost.
    /// </summary>
    public async Task<BatchClaim?> ClaimAsync(Guid worker, CancellationToken cancellation) =>
        (await database.ExecuteAsync(
            claim, row => new BatchClaim(BatchStore.Read(row), worker, row.GetStringOrNull("lost_workers")),
            cancellation, worker)).SingleOrDefault();

    /// <summary>
    /// Stores the lines as they come, a page at a time, and lets the batch begin when all are there. Until then nobody
    /// sees them: a page of a check that broke off is removed by the next one. False when it belongs to somebody else
    /// now, or was cancelled.
    /// </summary>
    /// <param name="held">The right to it.</param>
    /// <param name="lines">Its lines; what they throw undoes everything.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<bool> BeginAsync(
        BatchClaim held, IAsyncEnumerable<NewBatchLine> lines, CancellationToken cancellation)
    {
        var (page, total) = (new List<NewBatchLine>(), 0L);
        if (!await KeepAsync(held, page, cancellation)) return false;
        await foreach (var line in lines.WithCancellation(cancellation))
        {
            page.Add(line);
            total++;
            if (page.Count < PageSize) continue;
            if (!await KeepAsync(held, page, cancellation)) return false;
            page.Clear();
        }
        if (!await KeepAsync(held, page, cancellation)) return false;
        return await outage.TransactAsync(async transaction =>
        {
            if (await transaction.ExecuteAsync(begin, held.Id, held.Epoch, held.Owner, total) == 0) return false;
            await transaction.ExecuteAsync("DELETE FROM batch_lanes WHERE batch_id = $1", held.Id);
            await transaction.ExecuteAsync(CountLanes, held.Id);
            return true;
        }, cancellation);
    }

    /// <summary>
    /// Stores a page; what is behind its first line goes, so that a page can be stored twice. An empty one stands for
    /// the beginning, or for nothing.
    /// </summary>
    private Task<bool> KeepAsync(BatchClaim held, List<NewBatchLine> page, CancellationToken cancellation) =>
        outage.TransactAsync(async transaction =>
        {
            if ((await transaction.QueryAsync(isHeld, _ => 0, held.Id, held.Epoch, held.Owner)).Count == 0) return false;
            if (page.Count == 0) return true;
            await transaction.ExecuteAsync(
                "DELETE FROM batch_lines WHERE batch_id = $1 AND number >= $2", held.Id, page[0].Number);
            await transaction.CopyAsync("batch_lines", LineColumns, page.Select(line => ValuesOf(held.Id, line)));
            return true;
        }, cancellation);

    /// <summary>Ends a batch whose file is bad.</summary>
    public async Task RefuseAsync(BatchClaim held, IReadOnlyList<BatchFault> faults, CancellationToken cancellation)
    {
        await outage.ExecuteAsync(
            refuse, cancellation, held.Id, held.Epoch, held.Owner,
            JsonSerializer.Serialize(faults, JsonSerializerOptions.Web));
        await outage.ExecuteAsync(RemoveLines, cancellation, held.Id);
    }

    /// <summary>Gives the right up, so that somebody else tries.</summary>
    public Task GiveUpAsync(BatchClaim held, CancellationToken cancellation) =>
        database.ExecuteAsync($"UPDATE batches SET owner = NULL {Held}", cancellation, held.Id, held.Epoch, held.Owner);

    private static object?[] ValuesOf(Guid batch, NewBatchLine line) =>
    [
        batch, line.Number, line.CustomId, line.Form, BatchLineState.Pending, 0, line.Generation.Id, line.Generation.Lane, line.Generation.Provider,
        line.Generation.Model, line.Generation.Request, line.Generation.RequestHash, line.EstimateNanos,
    ];
}
