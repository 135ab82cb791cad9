namespace Millrace.Persistence;

/// <summary>How long lanes make generations wait.</summary>
public sealed class QueueStore(IDatabase database)
{
    // Since when it could run: one that was claimed before, or waited its turn in a session, only since it was last put on its lane.
    // Bounded, so that a lane with a million waiting costs no more than one with a thousand: of those that waited longest the index
    // gives the first, and the oldest is among them unless the sweeper has just sent all of them tickets again.
    private readonly string oldest = $"""
        SELECT min(since), {database.Sql.Now} FROM (
            SELECT CASE WHEN epoch = 0 AND turn IS NULL THEN received_at ELSE nudged_at END AS since FROM generations
            WHERE state = 'queued' AND announced_at IS NULL AND lane = $1 ORDER BY nudged_at LIMIT 1000) waiting
        """;

    /// <summary>How long the oldest queued generation of a lane has waited by the database's clock; zero when none waits.</summary>
    public async Task<TimeSpan> OldestAsync(string lane, CancellationToken cancellation)
    {
        var (since, now) = (await database.QueryAsync(oldest, row => (
            row.IsDBNull(0) ? (DateTimeOffset?)null : database.Sql.ReadTime(row, 0), database.Sql.ReadTime(row, 1)), cancellation, lane)).Single();
        return since is { } at && at < now ? now - at : TimeSpan.Zero;
    }
}
