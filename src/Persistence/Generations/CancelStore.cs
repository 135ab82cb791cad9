using Millrace.Persistence.Commit;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Generations;

/// <summary>Wishes to end a generation, and the end of generations that nobody runs.</summary>
public sealed class CancelStore(GroupCommit commit, IDatabase database, DatabaseOutage outage)
{
    private readonly string request = $"""
        INSERT INTO cancellations (generation_id, reason, rollback, requested_at)
            VALUES ($1, $2, false, {database.Sql.Now})
        ON CONFLICT (generation_id) DO UPDATE SET reason = coalesce(cancellations.reason, excluded.reason)
        """;

    private readonly string find = $"""
        SELECT id, epoch, state, request, channel, session_id, attempt, failures, provider, model, received_at,
            {database.Sql.Now} AS now,
            EXISTS (SELECT 1 FROM steps s WHERE s.generation_id = generations.id) AS has_steps, lane, correlation
        FROM generations WHERE id = $1 AND state IN {GenerationStates.Unclaimed}
        """;

    internal string End { get; } = $"""
        UPDATE generations SET state = $3, outcome = {database.Sql.Json("$4")}, last_sequence = $5, claim_id = NULL,
            input_tokens = $6, cached_tokens = $7, output_tokens = $8, reasoning_tokens = $9, cost_nanos = $10,
            finished_at = {database.Sql.Now}, nudged_at = {database.Sql.Now}
        WHERE id = $1 AND epoch = $2 AND state IN {GenerationStates.Unclaimed} RETURNING requesters
        """;

    /// <summary>Records the wish; the first reason stays.</summary>
    public Task RequestAsync(Guid generation, string? reason, CancellationToken cancellation) =>
        commit.ExecuteAsync(request, cancellation, generation, reason);

    /// <summary>The reason that was recorded.</summary>
    public Task<string?> ReasonAsync(Guid generation, CancellationToken cancellation) =>
        outage.FindAsync(
            "SELECT reason FROM cancellations WHERE generation_id = $1", row => row.GetOnlyOrDefault<string>(),
            cancellation, generation);

    /// <summary>The generation, if it is queued, parked or waiting for its turn.</summary>
    public Task<Unclaimed?> FindAsync(Guid generation, CancellationToken cancellation) =>
        outage.FindAsync(find, Read, cancellation, generation);

    /// <summary>
    /// Ends a generation that nobody runs. Null when a worker has claimed it meanwhile, or it has ended. A turn of a session ends in
    /// <c>TurnStore</c>.
    /// </summary>
    public Task<Ended?> EndAsync(Guid generation, int epoch, TerminalWrite ending, CancellationToken cancellation) =>
        commit.RunAsync(End, Ended.Read, cancellation, Values(generation, epoch, ending));

    internal static object?[] Values(Guid generation, int epoch, TerminalWrite ending) =>
    [
        generation, epoch, ending.State, ending.Outcome, ending.LastSequence,
        ending.Usage?.Input, ending.Usage?.Cached, ending.Usage?.Output, ending.Usage?.Reasoning, ending.CostNanos,
    ];

    private static Unclaimed Read(Row row) => new()
    {
        Id = row.GetGuid("id"),
        Epoch = row.GetInt32("epoch"),
        State = row.GetString("state"),
        Request = row.GetString("request"),
        Channel = row.GetString("channel"),
        SessionId = row.GetGuidOrNull("session_id"),
        Attempt = row.GetInt32("attempt"),
        Failures = row.GetStringOrNull("failures"),
        Provider = row.GetString("provider"),
        Model = row.GetString("model"),
        ReceivedAt = row.GetTime("received_at"),
        Now = row.GetTime("now"),
        HasSteps = row.GetBoolean("has_steps"),
        Lane = row.GetString("lane"),
        Correlation = row.GetStringOrNull("correlation"),
    };
}
