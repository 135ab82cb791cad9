using Millrace.Persistence.Commit;
using Millrace.Persistence.Membership;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Fleet;

/// <summary>The fleet as it stands, without anybody's data.</summary>
public sealed class FleetStore(IDatabase database, DatabaseOutage outage, Liveness liveness)
{
    private readonly string workers = $"""
        SELECT w.id, w.name, w.started_at, w.heartbeat_at,
            CASE WHEN {liveness.IsAlive("w")} THEN 1 ELSE 0 END AS is_alive,
            coalesce(r.running, 0) AS running
        FROM workers w LEFT JOIN (
            SELECT owner, count(*) AS running FROM generations
            WHERE state = '{GenerationState.Running}' AND announced_at IS NULL GROUP BY owner) r ON r.owner = w.id
        ORDER BY w.started_at, w.id
        """;

    private readonly string alive = $"SELECT count(*) FROM workers w WHERE {liveness.IsAlive("w")}";

    // One pass over the index of what has not ended
    private readonly string lanes = $"""
        SELECT lane,
            count(*) FILTER (WHERE state IN {GenerationStates.Runnable}) AS queued,
            count(*) FILTER (WHERE state = '{GenerationState.Waiting}') AS waiting,
            count(*) FILTER (WHERE state = '{GenerationState.Parked}') AS parked,
            count(*) FILTER (WHERE state = '{GenerationState.Running}') AS running,
            min(received_at) FILTER (WHERE state IN {GenerationStates.Runnable}) AS oldest,
            {database.Sql.Now} AS now
        FROM generations WHERE announced_at IS NULL AND state IN {GenerationStates.Open} GROUP BY lane ORDER BY lane
        """;

    /// <summary>How many workers are alive. Fails at once while the database is away.</summary>
    public async Task<long> CountAliveAsync(CancellationToken cancellation) =>
        (await database.QueryAsync(alive, row => row.GetOnly<long>(), cancellation))[0];

    /// <summary>The workers, the longest running first; a dead one for an hour at most.</summary>
    public Task<List<KnownWorker>> WorkersAsync(CancellationToken cancellation) =>
        outage.QueryAsync(workers, Read, cancellation);

    /// <summary>The lanes that have something on them, by name.</summary>
    public Task<List<LaneLoad>> LanesAsync(CancellationToken cancellation) =>
        outage.QueryAsync(lanes, ReadLaneLoad, cancellation);

    private static TimeSpan? Age(Row row) => row.GetTime("now") - row.GetTimeOrNull("oldest");

    private static KnownWorker Read(Row row) => new(
        row.GetGuid("id"),
        row.GetString("name"),
        row.GetTime("started_at"),
        row.GetTime("heartbeat_at"),
        row.GetInt32("is_alive") == 1,
        row.GetInt64("running"));

    private static LaneLoad ReadLaneLoad(Row row) => new(
        row.GetString("lane"),
        row.GetInt64("queued"),
        row.GetInt64("waiting"),
        row.GetInt64("parked"),
        row.GetInt64("running"),
        Age(row));
}
