using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Membership;

/// <summary>
/// When an owner counts as dead: its heartbeat is older than <paramref name="deadAfter"/> by the database's clock, and
/// whoever says so has itself been heard without a gap for as long and still is. After an outage of the database
/// everyone's heartbeat is old, that of the one who asks first too. Or it is lost: silent for half as long, and its
/// session gone (<see cref="Presence"/>).
/// </summary>
public sealed class Liveness(IDatabase database, TimeSpan deadAfter)
{
    private readonly string limit = database.Sql.NowPlus($"({-(long)deadAfter.TotalMilliseconds})");

    /// <summary>A gap from which a worker no longer counts as heard all the time.</summary>
    internal string Gap { get; } = database.Sql.NowPlus($"({-(long)deadAfter.TotalMilliseconds / 2})");

    /// <summary>A condition on a row of <c>workers</c>.</summary>
    internal string IsAlive(string worker) => $"{worker}.heartbeat_at > {limit} AND {worker}.lost_at IS NULL";

    /// <summary>
    /// A condition on a row of <c>workers</c>: silent for long enough to be lost, if its session is gone.
    /// </summary>
    internal string IsLate(string worker) => $"{worker}.heartbeat_at < {Gap}";

    /// <summary>
    /// That the worker in a parameter is heard, and has had its session for long enough to tell that others have lost
    /// theirs.
    /// </summary>
    internal string CanJudgeSessions(string judge) =>
        $"EXISTS (SELECT 1 FROM workers me WHERE me.id = {judge} AND me.heartbeat_at >= {Gap} AND me.session_since <= {limit})";

    /// <summary>A condition on a row of <c>generations</c>.</summary>
    internal string OwnerIsDead => IsDead("generations.owner");

    /// <summary>The same, in the eyes of the worker in a parameter.</summary>
    internal string OwnerIsDeadTo(string judge) => IsDeadTo("generations.owner", judge);

    /// <summary>A condition on the id of a worker, in the eyes of the one in a parameter.</summary>
    internal string IsDeadTo(string worker, string judge) =>
        $"({IsDead(worker)} AND (EXISTS (SELECT 1 FROM workers w WHERE w.id = {worker} AND w.lost_at IS NOT NULL) "
        + $"OR EXISTS (SELECT 1 FROM workers me WHERE me.id = {judge} AND me.heartbeat_at >= {Gap} AND me.unbroken_since <= {limit})))";

    private string IsDead(string worker) =>
        $"NOT EXISTS (SELECT 1 FROM workers w WHERE w.id = {worker} AND {IsAlive("w")})";
}
