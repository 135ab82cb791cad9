using Millrace.Persistence.Announcements;
using Millrace.Persistence.Membership;
using Millrace.Persistence.Model;
using Millrace.Persistence.Poison;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Recovery;

/// <summary>
/// What was left lying. Each statement takes at most one batch and marks it as nudged, so that two workers that sweep
/// at the same time take different rows and nothing is taken again at once.
/// </summary>
public sealed class SweepStore(IDatabase database, Liveness liveness)
{
    private const int Batch = 500;

    private const string Ticket = "id, lane";

    private readonly string due = Nudge(
        database,
        $"state = '{GenerationState.Parked}' AND not_before <= {database.Sql.Now}",
        Ticket,
        $"state = '{GenerationState.Queued}', ");

    private readonly string lost = Nudge(
        database,
        $"""
        state = '{GenerationState.Queued}' AND announced_at IS NULL AND lane = $1
            AND nudged_at < {database.Sql.NowPlus("$2")}
        """,
        Ticket);

    private readonly string orphaned = Nudge(
        database,
        $"state = '{GenerationState.Running}' AND announced_at IS NULL AND {liveness.OwnerIsDeadTo("$1")}",
        Ticket,
        $"state = '{GenerationState.Queued}', lost_workers = {Deaths.AppendOwner}, owner = NULL, claim_id = NULL, ");

    private readonly string unannounced = Nudge(
        database,
        $"""
        state IN {GenerationStates.Terminal} AND announced_at IS NULL AND nudged_at < {database.Sql.NowPlus("$1")}
            AND (owner IS NULL OR owner = $2 OR {liveness.OwnerIsDead})
        """,
        AnnouncementStore.Columns);

    private const string Wished = $"""
        SELECT g.id FROM generations g JOIN cancellations c ON c.generation_id = g.id
        WHERE g.announced_at IS NULL AND g.state IN {GenerationStates.Unclaimed}
        """;

    private readonly string expired = $"""
        SELECT id FROM generations
        WHERE announced_at IS NULL AND not_after <= {database.Sql.Now}
            AND state IN {GenerationStates.Unclaimed} AND started_at IS NULL
        ORDER BY not_after LIMIT {Batch}
        """;

    /// <summary>Parked generations whose time has come; they are queued again.</summary>
    public Task<List<(Guid Id, string Lane)>> DueAsync(CancellationToken cancellation) =>
        database.ExecuteAsync(due, ReadTicket, cancellation);

    /// <summary>
    /// Generations that have waited for <paramref name="patience"/> on a lane that has free slots: their ticket is gone.
    /// </summary>
    public Task<List<(Guid Id, string Lane)>> LostAsync(string lane, TimeSpan patience, CancellationToken cancellation) =>
        database.ExecuteAsync(lost, ReadTicket, cancellation, lane, -(long)patience.TotalMilliseconds);

    /// <summary>
    /// Generations whose worker is dead to <paramref name="judge"/>; they are queued again, so that one may take them
    /// who could not judge yet.
    /// </summary>
    public Task<List<(Guid Id, string Lane)>> OrphanedAsync(Guid judge, CancellationToken cancellation) =>
        database.ExecuteAsync(orphaned, ReadTicket, cancellation, judge);

    /// <summary>
    /// Queued or parked generations that someone has asked to end: the wish came while they changed hands.
    /// </summary>
    public Task<List<Guid>> CancelledAsync(CancellationToken cancellation) =>
        database.QueryAsync(Wished, row => row.GetGuid("id"), cancellation);

    /// <summary>
    /// Generations that have ended and whose terminal event the broker has not confirmed. One whose worker lives is
    /// that worker's to announce, behind the last chunk.
    /// </summary>
    public Task<List<Announcement>> UnannouncedAsync(Guid worker, TimeSpan patience, CancellationToken cancellation) =>
        database.ExecuteAsync(
            unannounced, AnnouncementStore.Read, cancellation, -(long)patience.TotalMilliseconds, worker);

    /// <summary>Generations that were not begun before their <c>NotAfter</c>.</summary>
    public Task<List<Guid>> ExpiredAsync(CancellationToken cancellation) =>
        database.QueryAsync(expired, row => row.GetGuid("id"), cancellation);

    private static (Guid Id, string Lane) ReadTicket(Row row) => (row.GetGuid("id"), row.GetString("lane"));

    private static string Nudge(IDatabase database, string condition, string returned, string change = "") => $"""
        UPDATE generations SET {change}nudged_at = {database.Sql.Now} WHERE id IN (
            SELECT id FROM generations WHERE {condition} ORDER BY nudged_at LIMIT {Batch} {database.Sql.ForUpdateSkipLocked})
        RETURNING {returned}
        """;
}
