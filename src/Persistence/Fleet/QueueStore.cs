using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Fleet;

/// <summary>How long lanes make generations wait.</summary>
public sealed class QueueStore(IDatabase database)
{
    // Since when it could run: one that was claimed before, or waited its turn in a session, only since it was last put on its lane.
    // Bounded, so that a lane with a million waiting costs no more than one with a thousand: of those that waited longest the index
    // gives the first, and the oldest is among them unless the sweeper has just sent all of them tickets again.
    private readonly string oldest = $"""
        SELECT min(since), {database.Sql.Now} FROM (
            SELECT since FROM (
                SELECT CASE WHEN epoch = 0 AND turn IS NULL THEN received_at ELSE nudged_at END AS since FROM generations
                WHERE state = 'queued' AND announced_at IS NULL AND lane = $1 ORDER BY nudged_at LIMIT 1000) queued
            UNION ALL
            SELECT since FROM (
                SELECT received_at AS since FROM generations WHERE state = 'held' AND announced_at IS NULL AND lane = $1 ORDER BY nudged_at LIMIT 1) held) waiting
        """;

    private readonly string standing = $"""
        SELECT
            (SELECT count(*) FROM (SELECT 1 FROM generations WHERE announced_at IS NULL AND state IN ('queued', 'held') AND lane = $1 LIMIT 10000) waiting),
            (SELECT count(*) FROM generations WHERE log_removed_at IS NULL AND finished_at > {database.Sql.NowPlus("-60000")} AND lane = $1)
        """;

    private const string Before = """
        SELECT count(*) FROM (
            SELECT 1 FROM generations WHERE announced_at IS NULL AND state IN ('queued', 'held') AND lane = $1 AND received_at < $2 LIMIT 10000) before
        """;

    /// <summary>How a lane stands.</summary>
    public async Task<LaneQueue> StandingAsync(string lane, CancellationToken cancellation) =>
        (await database.QueryAsync(standing, row => new LaneQueue(row.GetInt64(0), row.GetInt64(1)), cancellation, lane)).Single();

    /// <summary>The place of one that waits, from 1, and when it begins.</summary>
    public async Task<(long Position, TimeSpan? Wait)> PlaceAsync(string lane, DateTimeOffset receivedAt, CancellationToken cancellation)
    {
        var before = (await database.QueryAsync(Before, row => row.GetInt64(0), cancellation, lane, database.Sql.Time(receivedAt))).Single();
        return (before + 1, (await StandingAsync(lane, cancellation)).WaitAt(before + 1));
    }

    /// <summary>How long the oldest queued generation of a lane has waited by the database's clock; zero when none waits.</summary>
    public async Task<TimeSpan> OldestAsync(string lane, CancellationToken cancellation)
    {
        var (since, now) = (await database.QueryAsync(oldest, row => (
            database.Sql.ReadTimeOrNull(row, 0), database.Sql.ReadTime(row, 1)), cancellation, lane)).Single();
        return since is { } at && at < now ? now - at : TimeSpan.Zero;
    }
}
