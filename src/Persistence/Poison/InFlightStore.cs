using Millrace.Persistence.Membership;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Poison;

/// <summary>What each worker has in hand.</summary>
public sealed class InFlightStore(IDatabase database, Liveness liveness)
{
    private const int MostRefused = 10_000;

    // A killed process does not undo what the server has; only a server that fell would forget the last moment. So
    // nobody waits for the disk
    private readonly string write = $"""
        INSERT INTO in_flight (worker_id, messages, since) SELECT $1, $2, {database.Sql.Now} {database.Sql.WithoutDisk}
        ON CONFLICT (worker_id) DO UPDATE SET messages = excluded.messages
        """;

    private readonly string holders = $"""
        SELECT f.worker_id, CASE WHEN {liveness.IsDeadTo("f.worker_id", "$2")} THEN 1
            ELSE 0 END AS is_dead, w.heartbeat_at
        FROM in_flight f LEFT JOIN workers w ON w.id = f.worker_id
        WHERE f.messages LIKE '%' || $1 || '%' AND f.worker_id <> $2 AND f.laid_to IS NULL
        """;

    private readonly string refused = $"""
        SELECT subject, kind, deaths FROM poison_records
        WHERE refused_at > {database.Sql.NowPlus("$1")}
            AND kind NOT IN ('{PoisonRecord.Generation}', '{PoisonRecord.Batch}')
        ORDER BY refused_at DESC LIMIT {MostRefused}
        """;

    /// <summary>Writes down what the worker has in hand, all of it.</summary>
    public Task WriteAsync(Guid worker, string messages, CancellationToken cancellation) =>
        database.ExecuteAsync(write, cancellation, worker, messages);

    /// <summary>The worker leaves in order: what it had in hand is given back.</summary>
    public Task LeaveAsync(Guid worker, CancellationToken cancellation) =>
        database.ExecuteAsync("DELETE FROM in_flight WHERE worker_id = $1", cancellation, worker);

    /// <summary>The others that had a message in hand when they were last heard.</summary>
    /// <param name="message">Its digest.</param>
    /// <param name="judge">The worker that asks.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<List<Holder>> HoldersAsync(string message, Guid judge, CancellationToken cancellation) =>
        database.QueryAsync(holders, ReadHolder, cancellation, message, judge);

    /// <summary>The messages that were refused within a time, the latest first.</summary>
    public Task<List<RefusedWork>> RefusedAsync(TimeSpan within, CancellationToken cancellation) =>
        database.QueryAsync(refused, ReadRefused, cancellation, -(long)within.TotalMilliseconds);

    private static Holder ReadHolder(Row row) =>
        new(row.GetGuid("worker_id"), row.GetInt32("is_dead") == 1, row.GetTimeOrNull("heartbeat_at"));

    private static RefusedWork ReadRefused(Row row) =>
        new(row.GetString("subject"), row.GetString("kind"), row.GetInt32("deaths"));
}
