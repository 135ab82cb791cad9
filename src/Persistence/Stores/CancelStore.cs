namespace Millrace.Persistence;

/// <summary>A generation that has not been claimed, or is between two claims, as an ending needs to see it.</summary>
public sealed record Unclaimed(
    Guid Id, int Epoch, string Channel, Guid? SessionId, int Attempt, string? Failures, string Provider, string Model,
    DateTimeOffset ReceivedAt, DateTimeOffset Now);

/// <summary>Wishes to end a generation, and the end of generations that nobody runs.</summary>
public sealed class CancelStore(GroupCommit commit, IDatabase database, DatabaseOutage outage)
{
    private readonly string request = $"""
        INSERT INTO cancellations (generation_id, reason, requested_at) VALUES ($1, $2, {database.Sql.Now})
        ON CONFLICT (generation_id) DO UPDATE SET reason = coalesce(cancellations.reason, excluded.reason) RETURNING 1
        """;

    private readonly string find = $"""
        SELECT id, epoch, channel, session_id, attempt, failures, provider, model, received_at, {database.Sql.Now}
        FROM generations WHERE id = $1 AND state IN ('queued', 'parked')
        """;

    private readonly string end = $"""
        UPDATE generations SET state = $3, outcome = {database.Sql.Json("$4")}, last_sequence = $5, claim_id = NULL,
            finished_at = {database.Sql.Now}, nudged_at = {database.Sql.Now}
        WHERE id = $1 AND epoch = $2 AND state IN ('queued', 'parked') RETURNING 1
        """;

    /// <summary>Records the wish; the first reason stays.</summary>
    public Task RequestAsync(Guid generation, string? reason, CancellationToken cancellation) =>
        commit.RunAsync(request, static _ => Row.Found, cancellation, generation, reason);

    /// <summary>The reason that was recorded.</summary>
    public async Task<string?> ReasonAsync(Guid generation, CancellationToken cancellation) =>
        (await outage.WaitOutAsync(token => database.QueryAsync("SELECT reason FROM cancellations WHERE generation_id = $1",
            row => row.IsDBNull(0) ? null : row.GetString(0), token, generation), cancellation)).SingleOrDefault();

    /// <summary>The generation, if it is queued or parked.</summary>
    public async Task<Unclaimed?> FindAsync(Guid generation, CancellationToken cancellation) =>
        (await outage.WaitOutAsync(token => database.QueryAsync(find, row => new Unclaimed(
            row.GetGuid(0), row.GetInt32(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetGuid(3), row.GetInt32(4),
            row.IsDBNull(5) ? null : row.GetString(5), row.GetString(6), row.GetString(7),
            database.Sql.ReadTime(row, 8), database.Sql.ReadTime(row, 9)), token, generation), cancellation)).SingleOrDefault();

    /// <summary>Ends a queued or parked generation. False when a worker has claimed it meanwhile, or it has ended.</summary>
    public async Task<bool> EndAsync(Guid generation, int epoch, string state, string outcome, long lastSequence, CancellationToken cancellation) =>
        await commit.RunAsync(end, static _ => Row.Found, cancellation, generation, epoch, state, outcome, lastSequence) is not null;
}
