using System.Data.Common;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Membership;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Fleet;

/// <summary>The fleet as it stands, without anybody's data.</summary>
public sealed class FleetStore(IDatabase database, DatabaseOutage outage, Liveness liveness)
{
    private readonly string workers = $"""
        SELECT w.id, w.name, w.started_at, w.heartbeat_at, CASE WHEN {liveness.IsAlive("w")} THEN 1 ELSE 0 END, coalesce(r.running, 0)
        FROM workers w LEFT JOIN (
            SELECT owner, count(*) AS running FROM generations WHERE state = 'running' AND announced_at IS NULL GROUP BY owner) r ON r.owner = w.id
        ORDER BY w.started_at, w.id
        """;

    private readonly string alive = $"SELECT count(*) FROM workers w WHERE {liveness.IsAlive("w")}";

    // One pass over the index of what has not ended
    private readonly string lanes = $"""
        SELECT lane, count(*) FILTER (WHERE state IN ('queued', 'held')), count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE state = 'parked'),
            count(*) FILTER (WHERE state = 'running'), min(received_at) FILTER (WHERE state IN ('queued', 'held')), {database.Sql.Now}
        FROM generations WHERE announced_at IS NULL AND state IN ('queued', 'held', 'waiting', 'parked', 'running') GROUP BY lane ORDER BY lane
        """;

    /// <summary>How many workers are alive. Fails at once while the database is away.</summary>
    public async Task<long> CountAliveAsync(CancellationToken cancellation) =>
        (await database.QueryAsync(alive, row => row.GetInt64(0), cancellation))[0];

    /// <summary>The workers, the longest running first; a dead one for an hour at most.</summary>
    public Task<List<KnownWorker>> WorkersAsync(CancellationToken cancellation) =>
        outage.WaitOutAsync(token => database.QueryAsync(workers, row => new KnownWorker(
            row.GetGuid(0), row.GetString(1), database.Sql.ReadTime(row, 2), database.Sql.ReadTime(row, 3), row.GetInt32(4) == 1, row.GetInt64(5)), token), cancellation);

    /// <summary>The lanes that have something on them, by name.</summary>
    public Task<List<LaneLoad>> LanesAsync(CancellationToken cancellation) =>
        outage.WaitOutAsync(token => database.QueryAsync(lanes, row => new LaneLoad(
            row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), Age(row)), token), cancellation);

    private TimeSpan? Age(DbDataReader row) => row.IsDBNull(5) ? null : database.Sql.ReadTime(row, 6) - database.Sql.ReadTime(row, 5);
}
