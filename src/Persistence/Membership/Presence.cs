using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Membership;

/// <summary>
/// How a killed worker is known before its silence is long enough: each holds its id in a session of its own, and the
/// database ends the session of a process that is gone. One that is only slow, stopped or cut off keeps it, and is dead
/// by its silence alone.
/// </summary>
/// <remarks>
/// A worker whose own session is young does not judge: after a restart of the database all sessions are gone, and all
/// workers silent. Used by one caller at a time.
/// </remarks>
public sealed class Presence(IDatabase database, Liveness liveness) : IAsyncDisposable
{
    private readonly string hold = $"SELECT {database.Sql.Hold("$1")}";

    private readonly string held = $"UPDATE workers SET session_since = {database.Sql.Now} WHERE id = $1";

    private readonly string lost = $"""
        UPDATE workers SET lost_at = {database.Sql.Now} WHERE id IN (
            SELECT w.id FROM workers w
            WHERE w.lost_at IS NULL AND w.session_since IS NOT NULL AND {liveness.CanJudgeSessions("$1")}
                AND CASE WHEN {liveness.IsLate("w")} THEN {database.Sql.IsNotHeld("CAST(w.id AS text)")}
                    ELSE false END {database.Sql.ForUpdateSkipLocked})
        RETURNING name
        """;

    private ISession? session;
    private bool isHeld;

    /// <summary>
    /// Keeps this worker's session, and says which others have lost theirs and are silent: their names. From then on
    /// they are dead to everybody.
    /// </summary>
    public async Task<IReadOnlyList<string>> KeepAsync(Guid worker, CancellationToken cancellation)
    {
        try
        {
            session ??= await database.OpenSessionAsync(cancellation);
            if (!isHeld && await HoldAsync(session, worker, cancellation))
                isHeld = await session.ExecuteAsync(held, cancellation, worker) == 1; // its row can be younger
            return isHeld ? await session.ExecuteAsync(lost, row => row.GetOnly<string>(), cancellation, worker) : [];
        }
        catch (Exception) // the next time with another
        {
            await DisposeAsync();
            throw;
        }
    }

    private async Task<bool> HoldAsync(ISession own, Guid worker, CancellationToken cancellation) =>
        (await own.QueryAsync(hold, row => row.GetOnly<bool>(), cancellation, worker.ToString())).Single();

    public async ValueTask DisposeAsync()
    {
        var ended = session;
        (session, isHeld) = (null, false);
        if (ended is not null) await ended.DisposeAsync();
    }
}
