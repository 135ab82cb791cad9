using Millrace.Persistence.Access;
using Millrace.Persistence.Announcements;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Membership;
using Millrace.Persistence.Model;
using Millrace.Persistence.Poison;
using Millrace.Persistence.Sql;
using Millrace.Persistence.Webhooks;

namespace Millrace.Persistence.Recovery;

/// <summary>
/// What was left lying. Each statement takes at most one batch and marks it as nudged, so that two workers that sweep at the
/// same time take different rows and nothing is taken again at once.
/// </summary>
public sealed class SweepStore(IDatabase database, Liveness liveness)
{
    private const int Batch = 500;

    private readonly string due = Nudge(database, $"state = '{GenerationState.Parked}' AND not_before <= " + database.Sql.Now, $"state = '{GenerationState.Queued}', ", "id, lane");

    private readonly string lost = Nudge(database,
        $"state = '{GenerationState.Queued}' AND announced_at IS NULL AND lane = $1 AND nudged_at < {database.Sql.NowPlus("$2")}", "", "id, lane");

    private readonly string orphaned = Nudge(database,
        $"state = '{GenerationState.Running}' AND announced_at IS NULL AND {liveness.OwnerIsDeadTo("$1")}", $"state = '{GenerationState.Queued}', lost_workers = {Deaths.AppendOwner}, owner = NULL, claim_id = NULL, ", "id, lane");

    private readonly string unannounced = Nudge(database,
        $"state IN {GenerationStates.Terminal} AND announced_at IS NULL AND nudged_at < {database.Sql.NowPlus("$1")} "
        + $"AND (owner IS NULL OR owner = $2 OR {liveness.OwnerIsDead})", "", AnnouncementStore.Columns);

    private const string Wished = $"""
        SELECT g.id FROM generations g JOIN cancellations c ON c.generation_id = g.id
        WHERE g.announced_at IS NULL AND g.state IN {GenerationStates.Unclaimed}
        """;

    private readonly string forgotten = $"""
        SELECT id FROM generations WHERE finished_at < {database.Sql.NowPlus("$1")} AND log_removed_at IS NULL AND announced_at IS NOT NULL
        ORDER BY finished_at LIMIT {Batch}
        """;

    private readonly string expired = $"""
        SELECT id FROM generations WHERE announced_at IS NULL AND not_after <= {database.Sql.Now}
            AND state IN {GenerationStates.Unclaimed} AND started_at IS NULL ORDER BY not_after LIMIT {Batch}
        """;

    // A key's latest use stays: it says when the key was last used
    private readonly string unneeded = $"""
        DELETE FROM api_key_uses WHERE generation_id IN (
            SELECT generation_id FROM api_key_uses old WHERE made_at < {database.Sql.NowPlus("$1")}
                AND EXISTS (SELECT 1 FROM api_key_uses later WHERE later.key_id = old.key_id AND later.made_at > old.made_at)
                AND NOT EXISTS (SELECT 1 FROM generations g WHERE g.id = old.generation_id AND (g.finished_at IS NULL OR g.finished_at > {database.Sql.NowPlus("$1")}))
            LIMIT {Batch} {database.Sql.ForUpdateSkipLocked})
        """;

    // A budget that nobody has used for a day is as good as a new one
    private readonly string[] idleLimits =
    [
        "DELETE FROM call_permits WHERE NOT EXISTS (SELECT 1 FROM workers w WHERE w.id = call_permits.worker_id)",
        $"""
        DELETE FROM rate_budgets WHERE requests_at < {DayAgo(database)} AND tokens_at < {DayAgo(database)} AND bulk_at < {DayAgo(database)}
            AND park_at < {DayAgo(database)} AND bulk_park_at < {DayAgo(database)} AND NOT EXISTS (SELECT 1 FROM call_permits p WHERE p.scope = rate_budgets.scope)
        """,
        $"DELETE FROM account_stops WHERE until < {DayAgo(database)}",
    ];

    private readonly string unheard = $"""
        DELETE FROM in_flight WHERE since < {database.Sql.NowPlus("$1")} AND NOT EXISTS (SELECT 1 FROM workers w WHERE w.id = in_flight.worker_id)
        """;

    private readonly string delivered = $"""
        DELETE FROM webhook_deliveries WHERE id IN (
            SELECT id FROM webhook_deliveries WHERE created_at < {database.Sql.NowPlus("$1")} AND state <> '{WebhookDeliveryState.Pending}' LIMIT {Batch} {database.Sql.ForUpdateSkipLocked})
        """;

    /// <summary>Parked generations whose time has come; they are queued again.</summary>
    public Task<List<(Guid Id, string Lane)>> DueAsync(CancellationToken cancellation) =>
        database.ExecuteAsync(due, ReadTicket, cancellation);

    /// <summary>Generations that have waited for <paramref name="patience"/> on a lane that has free slots: their ticket is gone.</summary>
    public Task<List<(Guid Id, string Lane)>> LostAsync(string lane, TimeSpan patience, CancellationToken cancellation) =>
        database.ExecuteAsync(lost, ReadTicket, cancellation, lane, -(long)patience.TotalMilliseconds);

    /// <summary>Generations whose worker is dead to <paramref name="judge"/>; they are queued again, so that one may take them who could not judge yet.</summary>
    public Task<List<(Guid Id, string Lane)>> OrphanedAsync(Guid judge, CancellationToken cancellation) =>
        database.ExecuteAsync(orphaned, ReadTicket, cancellation, judge);

    /// <summary>Queued or parked generations that someone has asked to end: the wish came while they changed hands.</summary>
    public Task<List<Guid>> CancelledAsync(CancellationToken cancellation) =>
        database.QueryAsync(Wished, row => row.GetOnly<Guid>(), cancellation);

    /// <summary>
    /// Generations that have ended and whose terminal event the broker has not confirmed. One whose worker lives is that worker's to
    /// announce, behind the last chunk.
    /// </summary>
    public Task<List<Announcement>> UnannouncedAsync(Guid worker, TimeSpan patience, CancellationToken cancellation) =>
        database.ExecuteAsync(unannounced, AnnouncementStore.Read, cancellation, -(long)patience.TotalMilliseconds, worker);

    /// <summary>Generations that were not begun before their <c>NotAfter</c>.</summary>
    public Task<List<Guid>> ExpiredAsync(CancellationToken cancellation) =>
        database.QueryAsync(expired, row => row.GetOnly<Guid>(), cancellation);

    /// <summary>
    /// Removes chunks of generations that ended before the retention, as long as there are any, cancellations and the marks of changed
    /// sessions of that age, workers long dead, limits that nobody uses, uses of API keys that no limit counts any more, and deliveries to webhooks that were made long ago. How many
    /// chunks there were.
    /// </summary>
    /// <exception cref="AggregateException">Some of it could not be removed; the rest was.</exception>
    public async Task<int> ForgetAsync(TimeSpan retention, CancellationToken cancellation)
    {
        var (age, removed) = (-(long)retention.TotalMilliseconds, 0);
        Func<Task>[] parts =
        [
            async () => await ForgetChunksAsync(age, count => removed += count, cancellation),
            () => DeleteOlderAsync("cancellations", "requested_at", retention, cancellation),
            () => DeleteOlderAsync("session_changes", "made_at", retention, cancellation),
            () => DeleteOlderAsync("workers", "heartbeat_at", TimeSpan.FromHours(1), cancellation),
            () => database.ExecuteAsync(unheard, cancellation, -(long)Deaths.Kept.TotalMilliseconds),
            () => DeleteOlderAsync("poison_records", "refused_at", Deaths.Kept, cancellation),
            .. idleLimits.Select(idle => (Func<Task>)(() => database.ExecuteAsync(idle, cancellation))),
            () => DeleteAsync(unneeded, ApiKeyUseStore.Kept, cancellation),
            () => DeleteAsync(delivered, WebhookDeliveryStore.Kept, cancellation),
        ];
        await EachInTurn.DoAsync(parts, part => part(), cancellation);
        return removed;
    }

    private static (Guid Id, string Lane) ReadTicket(Row row) => (row.GetGuid("id"), row.GetString("lane"));

    private async Task ForgetChunksAsync(long age, Action<int> count, CancellationToken cancellation)
    {
        for (var found = Batch; found == Batch;)
        {
            var old = await database.QueryAsync(forgotten, row => row.GetOnly<Guid>(), cancellation, age);
            await EachInTurn.DoAsync(old, async generation => count(await ForgetChunksAsync(generation, cancellation)), cancellation);
            found = old.Count;
        }
    }

    private Task DeleteOlderAsync(string table, string column, TimeSpan age, CancellationToken cancellation) => database.ExecuteAsync(
        $"DELETE FROM {table} WHERE {column} < {database.Sql.NowPlus("$1")}", cancellation, -(long)age.TotalMilliseconds);

    /// <summary>Batch by batch: a long transaction would hold up those who write.</summary>
    private async Task DeleteAsync(string batch, TimeSpan age, CancellationToken cancellation)
    {
        int removed;
        do removed = await database.ExecuteAsync(batch, cancellation, -(long)age.TotalMilliseconds);
        while (removed == Batch);
    }

    /// <summary>The mark comes last: what was interrupted is found again.</summary>
    private async Task<int> ForgetChunksAsync(Guid generation, CancellationToken cancellation)
    {
        var chunks = await database.ExecuteAsync("DELETE FROM chunks WHERE generation_id = $1", cancellation, generation);
        await database.ExecuteAsync($"UPDATE generations SET log_removed_at = {database.Sql.Now} WHERE id = $1", cancellation, generation);
        return chunks;
    }

    private static string DayAgo(IDatabase database) => $"{database.Sql.Microseconds} - 86400000000";

    private static string Nudge(IDatabase database, string condition, string change, string columns) => $"""
        UPDATE generations SET {change}nudged_at = {database.Sql.Now} WHERE id IN (
            SELECT id FROM generations WHERE {condition} ORDER BY nudged_at LIMIT {Batch} {database.Sql.ForUpdateSkipLocked})
        RETURNING {columns}
        """;
}
