using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Membership;

/// <summary>The rows of the living.</summary>
public sealed class WorkerStore(IDatabase database, Liveness liveness)
{
    private readonly string beat = $"""
        INSERT INTO workers (id, name, started_at, heartbeat_at, unbroken_since)
        VALUES ($1, $2, {database.Sql.Now}, {database.Sql.Now}, {database.Sql.Now})
        ON CONFLICT (id) DO UPDATE SET heartbeat_at = excluded.heartbeat_at, lost_at = NULL,
            unbroken_since = CASE WHEN workers.heartbeat_at < {liveness.Gap} THEN excluded.heartbeat_at
                ELSE workers.unbroken_since END
        """;

    private const string Cancelled = $"""
        SELECT g.id, c.reason FROM generations g JOIN cancellations c ON c.generation_id = g.id
        WHERE g.state = '{GenerationState.Running}' AND g.announced_at IS NULL AND g.owner = $1
        """;

    private const string Owned = $"""
        SELECT id FROM generations WHERE state = '{GenerationState.Running}' AND announced_at IS NULL AND owner = $1
        """;

    private readonly string abandon = $"""
        UPDATE generations SET state = '{GenerationState.Queued}', owner = NULL, claim_id = NULL,
            nudged_at = {database.Sql.Now}
        WHERE id = $1 AND owner = $2 AND state = '{GenerationState.Running}' RETURNING lane
        """;

    /// <summary>Renews the heartbeat; one attempt, so that a late one is not taken for a timely one.</summary>
    public Task BeatAsync(Guid worker, string name, CancellationToken cancellation) =>
        database.ExecuteAsync(beat, cancellation, worker, name);

    /// <summary>Takes the row away: what the worker still owns is free at once.</summary>
    public Task LeaveAsync(Guid worker, CancellationToken cancellation) =>
        database.ExecuteAsync("DELETE FROM workers WHERE id = $1", cancellation, worker);

    /// <summary>The worker's running generations that someone has asked to end.</summary>
    public Task<List<(Guid Id, string? Reason)>> CancelledAsync(Guid worker, CancellationToken cancellation) =>
        database.QueryAsync(Cancelled, row => (row.GetGuid("id"), row.GetStringOrNull("reason")), cancellation, worker);

    /// <summary>The generations that the table says this worker runs.</summary>
    public Task<List<Guid>> OwnedAsync(Guid worker, CancellationToken cancellation) =>
        database.QueryAsync(Owned, row => row.GetOnly<Guid>(), cancellation, worker);

    /// <summary>
    /// Frees a generation that the table says this worker runs and that it does not. Its lane, or null if that changed
    /// meanwhile.
    /// </summary>
    public async Task<string?> AbandonAsync(Guid generation, Guid worker, CancellationToken cancellation) =>
        (await database.ExecuteAsync(
            abandon, row => row.GetOnly<string>(), cancellation, generation, worker)).SingleOrDefault();
}
