using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Fleet;

/// <summary>How long lanes make generations wait.</summary>
public sealed class QueueStore(IDatabase database)
{
    // Since when it could run: one that was claimed before, or waited its turn in a session, only since it was last put
    // on its lane. Bounded, so that a lane with a million waiting costs no more than one with a thousand: of those that
    // waited longest the index gives the first, and the oldest is among them unless the sweeper has just sent all of
    // them tickets again.
    private readonly string oldest = $"""
        SELECT min(since) AS since, {database.Sql.Now} AS now FROM (
            SELECT since FROM (
                SELECT CASE WHEN epoch = 0 AND turn IS NULL THEN received_at ELSE nudged_at END AS since
                FROM generations
                WHERE state = '{GenerationState.Queued}' AND announced_at IS NULL AND lane = $1
                ORDER BY nudged_at LIMIT 1000) queued
            UNION ALL
            SELECT since FROM (
                SELECT received_at AS since FROM generations
                WHERE state = '{GenerationState.Held}' AND announced_at IS NULL AND lane = $1
                ORDER BY nudged_at LIMIT 1) held) waiting
        """;

    /// <summary>Nobody needs to know how many more there are.</summary>
    private const int Most = 10_000;

    private readonly string standing = $"""
        SELECT
            (SELECT count(*) FROM (SELECT 1 FROM generations
                WHERE announced_at IS NULL AND state IN {GenerationStates.Runnable} AND lane = $1
                LIMIT {Most}) counted) AS waiting,
            (SELECT count(*) FROM generations
                WHERE log_removed_at IS NULL AND finished_at > {database.Sql.NowPlus("-60000")} AND lane = $1) AS ended
        """;

    private static readonly string Before = $"""
        SELECT count(*) FROM (
            SELECT 1 FROM generations
            WHERE announced_at IS NULL AND state IN {GenerationStates.Runnable} AND lane = $1 AND received_at < $2
                LIMIT {Most}) before
        """;

    /// <summary>How a lane stands.</summary>
    public async Task<LaneQueue> StandingAsync(string lane, CancellationToken cancellation) =>
        (await database.QueryAsync(
            standing, row => new LaneQueue(row.GetInt64("waiting"), row.GetInt64("ended")), cancellation, lane)).Single();

    /// <summary>The place of one that waits, from 1, and when it begins.</summary>
    public async Task<(long Position, TimeSpan? Wait)> PlaceAsync(
        string lane, DateTimeOffset receivedAt, CancellationToken cancellation)
    {
        var before = (await database.QueryAsync(
            Before, row => row.GetOnly<long>(), cancellation, lane, database.Sql.Time(receivedAt))).Single();
        return (before + 1, (await StandingAsync(lane, cancellation)).WaitAt(before + 1));
    }

    /// <summary>
    /// How long the oldest queued generation of a lane has waited by the database's clock; zero when none waits.
    /// </summary>
    public async Task<TimeSpan> OldestAsync(string lane, CancellationToken cancellation)
    {
        var (since, now) = (await database.QueryAsync(oldest, row => (
            row.GetTimeOrNull("since"), row.GetTime("now")), cancellation, lane)).Single();
        return since is { } at && at < now ? now - at : TimeSpan.Zero;
    }
}
