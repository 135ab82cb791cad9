namespace Millrace.Persistence;

/// <summary>
/// What was left lying. Each statement takes at most one batch and marks it as nudged, so that two workers that sweep at the
/// same time take different rows and nothing is taken again within <c>patience</c>.
/// </summary>
public sealed class SweepStore(IDatabase database, Liveness liveness)
{
    private const int Batch = 500;

    private readonly string due = Nudge(database, "state = 'parked' AND not_before <= " + database.Sql.Now, "state = 'queued', ", "id, lane");

    private readonly string lost = Nudge(database,
        $"state = 'queued' AND announced_at IS NULL AND lane = $1 AND nudged_at < {database.Sql.NowPlus("$2")}", "", "id, lane");

    private readonly string orphaned = Nudge(database,
        $"state = 'running' AND announced_at IS NULL AND nudged_at < {database.Sql.NowPlus("$1")} AND {liveness.OwnerIsDead}", "", "id, lane");

    private readonly string unannounced = Nudge(database,
        $"state IN ('completed', 'failed', 'cancelled') AND announced_at IS NULL AND nudged_at < {database.Sql.NowPlus("$1")}",
        "", "id, channel, state, outcome");

    private readonly string expired = $"""
        SELECT id FROM generations WHERE announced_at IS NULL AND not_after <= {database.Sql.Now}
            AND state IN ('queued', 'parked') ORDER BY not_after LIMIT {Batch}
        """;

    /// <summary>Parked generations whose time has come; they are queued again.</summary>
    public Task<List<(Guid Id, string Lane)>> DueAsync(CancellationToken cancellation) =>
        database.QueryAsync(due, row => (row.GetGuid(0), row.GetString(1)), cancellation);

    /// <summary>Generations that have waited for <paramref name="patience"/> on a lane that has free slots: their ticket is gone.</summary>
    public Task<List<(Guid Id, string Lane)>> LostAsync(string lane, TimeSpan patience, CancellationToken cancellation) =>
        database.QueryAsync(lost, row => (row.GetGuid(0), row.GetString(1)), cancellation, lane, -(long)patience.TotalMilliseconds);

    /// <summary>Generations whose worker is dead.</summary>
    public Task<List<(Guid Id, string Lane)>> OrphanedAsync(TimeSpan patience, CancellationToken cancellation) =>
        database.QueryAsync(orphaned, row => (row.GetGuid(0), row.GetString(1)), cancellation, -(long)patience.TotalMilliseconds);

    /// <summary>Generations that have ended and whose terminal event the broker has not confirmed.</summary>
    public Task<List<Announcement>> UnannouncedAsync(TimeSpan patience, CancellationToken cancellation) =>
        database.QueryAsync(unannounced, AnnouncementStore.Read, cancellation, -(long)patience.TotalMilliseconds);

    /// <summary>Generations that were not begun before their <c>NotAfter</c>.</summary>
    public Task<List<Guid>> ExpiredAsync(CancellationToken cancellation) =>
        database.QueryAsync(expired, row => row.GetGuid(0), cancellation);

    /// <summary>Removes chunks and cancellations of generations that ended before the retention, and workers long dead.</summary>
    public async Task<int> ForgetAsync(TimeSpan retention, CancellationToken cancellation)
    {
        var age = -(long)retention.TotalMilliseconds;
        var chunks = await database.QueryAsync($"""
            DELETE FROM chunks WHERE generation_id IN (SELECT g.id FROM generations g
                WHERE g.finished_at < {database.Sql.NowPlus("$1")} AND g.announced_at IS NOT NULL
                AND EXISTS (SELECT 1 FROM chunks c WHERE c.generation_id = g.id) LIMIT {Batch}) RETURNING 1
            """, _ => 0, cancellation, age);
        await database.QueryAsync(
            $"DELETE FROM cancellations WHERE requested_at < {database.Sql.NowPlus("$1")} RETURNING 1", _ => 0, cancellation, age);
        await database.QueryAsync(
            $"DELETE FROM workers WHERE heartbeat_at < {database.Sql.NowPlus("$1")} RETURNING 1", _ => 0, cancellation,
            -(long)TimeSpan.FromHours(1).TotalMilliseconds);
        return chunks.Count;
    }

    private static string Nudge(IDatabase database, string condition, string change, string columns) => $"""
        UPDATE generations SET {change}nudged_at = {database.Sql.Now} WHERE id IN (
            SELECT id FROM generations WHERE {condition} ORDER BY nudged_at LIMIT {Batch} {database.Sql.ForUpdateSkipLocked})
        RETURNING {columns}
        """;
}
