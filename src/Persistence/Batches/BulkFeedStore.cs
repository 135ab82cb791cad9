using Millrace.Persistence.Membership;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Batches;

/// <summary>
/// Lets bulk generations go to their lane. One worker at a time does it for a lane, under the lock of the lane's row;
/// what it lets go is committed before its ticket is sent, so that it is neither lost nor let go twice.
/// </summary>
public sealed class BulkFeedStore(IDatabase database, Liveness liveness, BatchRelease release)
{
    private const string Lanes = $"""
        SELECT lane FROM bulk_lanes b
        WHERE EXISTS (SELECT 1 FROM generations g WHERE g.lane = b.lane AND g.state = '{GenerationState.Held}')
            OR EXISTS (SELECT 1 FROM batch_lanes l WHERE l.lane = b.lane AND l.pending > 0)
        """;

    private readonly string workers = $"SELECT count(*) FROM workers w WHERE {liveness.IsAlive("w")}";

    private readonly string open = $"""
        INSERT INTO bulk_lanes (lane, fed_at) VALUES ($1, {database.Sql.Now}) ON CONFLICT (lane) DO NOTHING
        """;

    private readonly string turn = $"SELECT lane FROM bulk_lanes WHERE lane = $1 {database.Sql.ForUpdateSkipLocked}";

    private const string Out = $"""
        SELECT tenant, batch_id, model, count(*) AS number FROM generations
        WHERE lane = $1 AND announced_at IS NULL
            AND state IN ('{GenerationState.Queued}', '{GenerationState.Running}', '{GenerationState.Parked}')
        GROUP BY tenant, batch_id, model
        """;

    private const string Lines = $"""
        SELECT b.tenant, l.batch_id, l.model, b.weight, l.pending FROM batch_lanes l JOIN batches b ON b.id = l.batch_id
        WHERE l.lane = $1 AND l.pending > 0 AND b.state = '{BatchState.InProgress}'
        """;

    // From one tenant to the next through the index: a million of one tenant are not counted
    private const string Singles = $"""
        WITH RECURSIVE held(tenant) AS (
            SELECT min(tenant) FROM generations WHERE lane = $1 AND state = '{GenerationState.Held}'
            UNION ALL
            SELECT (SELECT min(g.tenant) FROM generations g
                WHERE g.lane = $1 AND g.state = '{GenerationState.Held}' AND g.tenant > held.tenant) FROM held
            WHERE tenant IS NOT NULL)
        SELECT tenant FROM held WHERE tenant IS NOT NULL
        """;

    private readonly string letGo = $"""
        UPDATE generations SET state = '{GenerationState.Queued}', nudged_at = {database.Sql.Now} WHERE id IN (
            SELECT id FROM generations WHERE lane = $1 AND tenant = $2 AND state = '{GenerationState.Held}'
            ORDER BY received_at LIMIT $3 {database.Sql.ForUpdateSkipLocked})
        RETURNING id
        """;

    /// <summary>Makes the row of a lane, if it is not there.</summary>
    public Task OpenAsync(string lane, CancellationToken cancellation) => database.ExecuteAsync(open, cancellation, lane);

    /// <summary>The lanes that something waits for.</summary>
    public Task<List<string>> WaitingAsync(CancellationToken cancellation) =>
        database.QueryAsync(Lanes, row => row.GetOnly<string>(), cancellation);

    /// <summary>The workers that live, at least one.</summary>
    public async Task<int> WorkersAsync(CancellationToken cancellation) =>
        Math.Max(1, (await database.QueryAsync(workers, row => (int)row.GetOnly<long>(), cancellation)).Single());

    /// <summary>
    /// Lets go what <paramref name="plan"/> says, and returns it; nothing while somebody else is at it.
    /// </summary>
    /// <exception cref="BatchFeedException">The lines of one batch keep the others of the lane from going.</exception>
    public Task<List<Guid>> FeedAsync(
        string lane, Func<IReadOnlyList<OnLane>, IReadOnlyList<OffLane>, IReadOnlyList<Portion>> plan,
        CancellationToken cancellation) =>
        database.TransactAsync(async transaction =>
        {
            if ((await transaction.QueryAsync(turn, _ => 0, lane)).Count == 0) return [];
            var waiting = await WaitingAsync(transaction, lane);
            if (waiting.Count == 0) return [];
            var flying = await transaction.QueryAsync(Out, Read, lane);

            var gone = new List<Guid>();
            // Every lane locks batches in this order
            foreach (var portion in plan(flying, waiting).OrderBy(portion => portion.Of.Batch))
                gone.AddRange(portion.Of.Batch is { } batch
                    ? await LetGoAsync(transaction, batch, lane, portion)
                    : await transaction.QueryAsync(letGo, row => row.GetOnly<Guid>(), lane, portion.Of.Tenant, portion.Count));
            return gone;
        }, cancellation);

    private async Task<IReadOnlyList<Guid>> LetGoAsync(ITransaction transaction, Guid batch, string lane, Portion portion)
    {
        try
        {
            return await release.LetGoAsync(transaction, batch, lane, portion.Of.Model!, portion.Count);
        }
        catch (Exception fault) when (fault is not OperationCanceledException && !database.IsTransient(fault))
        {
            throw new BatchFeedException(batch, fault);
        }
    }

    private static async Task<List<OffLane>> WaitingAsync(ITransaction transaction, string lane)
    {
        var waiting = await transaction.QueryAsync(Lines, ReadOffLane, lane);
        waiting.AddRange(await transaction.QueryAsync(
            Singles, row => new OffLane(row.GetOnly<string>(), null, null, 1, int.MaxValue), lane));
        return waiting;
    }

    private static OnLane Read(Row row) => new(
        row.GetString("tenant"),
        row.GetGuidOrNull("batch_id"),
        row.GetString("model"),
        row.GetInt64("number"));

    private static OffLane ReadOffLane(Row row) => new(
        row.GetString("tenant"),
        row.GetGuid("batch_id"),
        row.GetString("model"),
        row.GetInt32("weight"),
        row.GetInt64("pending"));
}
