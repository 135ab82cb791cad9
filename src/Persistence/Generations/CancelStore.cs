using Millrace.Persistence.Commit;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Generations;

/// <summary>Wishes to end a generation, and the end of generations that nobody runs.</summary>
public sealed class CancelStore(GroupCommit commit, IDatabase database, DatabaseOutage outage)
{
    private readonly string request = $"""
        INSERT INTO cancellations (generation_id, reason, rollback, requested_at) VALUES ($1, $2, false, {database.Sql.Now})
        ON CONFLICT (generation_id) DO UPDATE SET reason = coalesce(cancellations.reason, excluded.reason) RETURNING 1
        """;

    private readonly string find = $"""
        SELECT id, epoch, state, request, channel, session_id, attempt, failures, provider, model, received_at, {database.Sql.Now},
            EXISTS (SELECT 1 FROM steps s WHERE s.generation_id = generations.id), lane, correlation
        FROM generations WHERE id = $1 AND state IN ('queued', 'held', 'parked', 'waiting')
        """;

    internal string End { get; } = $"""
        UPDATE generations SET state = $3, outcome = {database.Sql.Json("$4")}, last_sequence = $5, claim_id = NULL,
            input_tokens = $6, cached_tokens = $7, output_tokens = $8, reasoning_tokens = $9, cost_nanos = $10,
            finished_at = {database.Sql.Now}, nudged_at = {database.Sql.Now}
        WHERE id = $1 AND epoch = $2 AND state IN ('queued', 'held', 'parked', 'waiting') RETURNING requesters
        """;

    /// <summary>Records the wish; the first reason stays.</summary>
    public Task RequestAsync(Guid generation, string? reason, CancellationToken cancellation) =>
        commit.RunAsync(request, static _ => Row.Found, cancellation, generation, reason);

    /// <summary>The reason that was recorded.</summary>
    public async Task<string?> ReasonAsync(Guid generation, CancellationToken cancellation) =>
        (await outage.WaitOutAsync(token => database.QueryAsync("SELECT reason FROM cancellations WHERE generation_id = $1",
            row => row.TextOrNull(0), token, generation), cancellation)).SingleOrDefault();

    /// <summary>The generation, if it is queued, parked or waiting for its turn.</summary>
    public async Task<Unclaimed?> FindAsync(Guid generation, CancellationToken cancellation) =>
        (await outage.WaitOutAsync(token => database.QueryAsync(find, row => new Unclaimed(
            row.GetGuid(0), row.GetInt32(1), row.GetString(2), row.GetString(3), row.GetString(4),
            row.IdOrNull(5), row.GetInt32(6), row.TextOrNull(7),
            row.GetString(8), row.GetString(9), database.Sql.ReadTime(row, 10), database.Sql.ReadTime(row, 11),
            row.GetBoolean(12), row.GetString(13), row.TextOrNull(14)), token, generation), cancellation)).SingleOrDefault();

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
}
