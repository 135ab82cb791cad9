using Millrace.Persistence.Commit;
using Millrace.Persistence.Membership;
using Millrace.Persistence.Model;
using Millrace.Persistence.Poison;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Generations;

/// <summary>
/// The life of a run: claim, then fenced writes until it is finished, parked, sent to another lane or handed back. A
/// fenced write that returns false means that someone else owns the generation: stop, and publish nothing more.
/// </summary>
public sealed class RunStore(GroupCommit commit, IDatabase database, Liveness liveness)
{
    private const string Held = "WHERE id = $1 AND epoch = $2 AND owner = $3";

    // A claim is known by its own id, so that a repeat after a lost answer finds itself instead of a busy row.
    private readonly string claim = $"""
        UPDATE generations SET state = '{GenerationState.Running}', owner = $2, claim_id = $3, not_before = NULL,
            epoch = CASE WHEN claim_id = $3 THEN epoch ELSE epoch + 1 END,
            attempt = CASE WHEN claim_id = $3 THEN attempt ELSE attempt + 1 END,
            lost_workers = CASE WHEN state = '{GenerationState.Running}' AND owner <> $2 THEN {Deaths.AppendOwner}
                ELSE lost_workers END,
            started_at = coalesce(started_at, {database.Sql.Now})
        WHERE id = $1 AND lane = $4 AND (claim_id = $3 OR state = '{GenerationState.Queued}'
            OR (state = '{GenerationState.Parked}' AND not_before <= {database.Sql.Now})
            OR (state = '{GenerationState.Running}' AND {liveness.OwnerIsDeadTo("$2")}))
        RETURNING epoch, lane, channel, candidate, attempt, request, failures, received_at, started_at,
            {database.Sql.Now} AS now,
            EXISTS (SELECT 1 FROM cancellations c WHERE c.generation_id = generations.id) AS is_cancelled,
            trace_parent, lost_workers, correlation
        """;

    private readonly string attempt = $"""
        UPDATE generations SET attempt = $4, failures = {database.Sql.Json("$5")}
        {Held} AND state = '{GenerationState.Running}'
        """;

    private readonly string park = $"""
        UPDATE generations SET state = '{GenerationState.Parked}', owner = NULL, claim_id = NULL, attempt = $4,
            failures = {database.Sql.Json("$5")}, not_before = {database.Sql.NowPlus("$6")}
        {Held} AND state = '{GenerationState.Running}'
        """;

    private readonly string reroute = $"""
        UPDATE generations SET state = '{GenerationState.Queued}', owner = NULL, claim_id = NULL, attempt = $4,
            failures = {database.Sql.Json("$5")}, candidate = $6, provider = $7, model = $8, lane = $9,
            nudged_at = {database.Sql.Now}
        {Held} AND state = '{GenerationState.Running}'
        """;

    private readonly string handBack = $"""
        UPDATE generations SET state = '{GenerationState.Queued}', owner = NULL, claim_id = NULL,
            nudged_at = {database.Sql.Now}
        {Held} AND state = '{GenerationState.Running}'
        """;

    private const string IsLastClaim = "SELECT 1 FROM generations WHERE id = $1 AND epoch = $2 AND announced_at IS NULL";

    internal string Finish { get; } = $"""
        UPDATE generations SET state = $4, outcome = {database.Sql.Json("$5")}, attempt = $6,
            failures = {database.Sql.Json("$7")}, last_sequence = $8, input_tokens = $9, cached_tokens = $10,
            output_tokens = $11, reasoning_tokens = $12, cost_nanos = $13,
            finished_at = coalesce(finished_at, {database.Sql.Now}), nudged_at = {database.Sql.Now}
        {Held} AND state IN ('{GenerationState.Running}', $4) RETURNING requesters
        """;

    /// <summary>
    /// Takes the generation for <paramref name="owner"/>, or null when it is not to be had on this lane.
    /// </summary>
    public Task<Claim?> ClaimAsync(Guid generation, Guid owner, string lane, CancellationToken cancellation) =>
        commit.RunAsync(
            claim, row => ReadClaim(row, generation, owner), cancellation, generation, owner, Guid.NewGuid(), lane);

    /// <summary>
    /// True while this claim is the last one and its end has not been announced. Asked before an event goes out when it
    /// is not certain: behind another claim's events, or behind the end, it would be one too many.
    /// </summary>
    public async Task<bool> HoldsAsync(Fence fence, CancellationToken cancellation) =>
        (await database.QueryAsync(IsLastClaim, _ => true, cancellation, fence.GenerationId, fence.Epoch)).Count > 0;

    /// <summary>Records that another provider call begins, and what failed before it.</summary>
    public Task<bool> BeginAttemptAsync(Fence fence, int number, string? failures, CancellationToken cancellation) =>
        WriteAsync(attempt, fence, cancellation, number, failures);

    /// <summary>Gives the slot up until the delay has passed.</summary>
    public Task<bool> ParkAsync(
        Fence fence, int attempts, string? failures, TimeSpan delay, CancellationToken cancellation) =>
        WriteAsync(park, fence, cancellation, attempts, failures, (long)Math.Ceiling(delay.TotalMilliseconds));

    /// <summary>Sends the generation to its next fallback's lane.</summary>
    public Task<bool> RerouteAsync(
        Fence fence, int attempts, string? failures, Candidate candidate, CancellationToken cancellation) =>
        WriteAsync(
            reroute, fence, cancellation, attempts, failures, candidate.Number, candidate.Provider, candidate.Model,
            candidate.Lane);

    /// <summary>Makes the generation runnable for others, because this worker is going away.</summary>
    public Task<bool> HandBackAsync(Fence fence, CancellationToken cancellation) =>
        WriteAsync(handBack, fence, cancellation);

    /// <summary>
    /// Enters the terminal state with everything that belongs to it. Null when the fence does not hold any more. A turn
    /// of a session ends in <c>TurnStore</c>.
    /// </summary>
    public Task<Ended?> FinishAsync(Fence fence, TerminalWrite ending, CancellationToken cancellation) =>
        commit.RunAsync(Finish, Ended.Read, cancellation, Values(fence, ending));

    internal static object?[] Values(Fence fence, TerminalWrite ending) =>
    [
        fence.GenerationId, fence.Epoch, fence.Owner, ending.State, ending.Outcome, ending.Attempts, ending.Failures, ending.LastSequence,
        ending.Usage?.Input, ending.Usage?.Cached, ending.Usage?.Output, ending.Usage?.Reasoning,
        ending.CostNanos,
    ];

    private Task<bool> WriteAsync(string sql, Fence fence, CancellationToken cancellation, params object?[] values) =>
        commit.ExecuteAsync(sql, cancellation, [fence.GenerationId, fence.Epoch, fence.Owner, .. values]);

    private static Claim ReadClaim(Row row, Guid generation, Guid owner) => new()
    {
        Fence = new(generation, row.GetInt32("epoch"), owner),
        Lane = row.GetString("lane"),
        Channel = row.GetString("channel"),
        Candidate = row.GetInt32("candidate"),
        Attempt = row.GetInt32("attempt"),
        Request = row.GetStringOrNull("request") ?? "",
        Failures = row.GetStringOrNull("failures"),
        ReceivedAt = row.GetTime("received_at"),
        StartedAt = row.GetTime("started_at"),
        Now = row.GetTime("now"),
        CancelRequested = row.GetBoolean("is_cancelled"),
        TraceParent = row.GetStringOrNull("trace_parent"),
        LostWorkers = row.GetStringOrNull("lost_workers"),
        Correlation = row.GetStringOrNull("correlation"),
    };
}
