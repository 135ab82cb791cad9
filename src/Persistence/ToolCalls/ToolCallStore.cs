using Millrace.Persistence.Commit;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.ToolCalls;

/// <summary>
/// The tool calls of a run: each is written before it is made, and after. A write that returns false or null means that
/// someone else owns the generation, or that the call is no longer in the state that the run believes it in.
/// </summary>
public sealed class ToolCallStore(GroupCommit commit, IDatabase database, DatabaseOutage outage)
{
    private readonly string begin = FencedCalls.Update(database.Sql,
        $"state = '{ToolCallState.Running}', executor = $5, attempt = $6, started_at = coalesce(started_at, {database.Sql.Now})",
        $"call_id = $4 AND {FencedCalls.Open}");

    private readonly string end = FencedCalls.Update(database.Sql,
        $"state = $5, result = {database.Sql.Json("$6")}, error = {database.Sql.Json("$7")}, ended_at = coalesce(ended_at, {database.Sql.Now})",
        "call_id = $4 AND state IN ($5, $8)");

    // The answer, or the consent, may be there already: then the row is no longer in the state that the run knows
    private readonly string waitFor = FencedCalls.Update(database.Sql,
        $"state = $5, executor = 'remote', attempt = $6, started_at = coalesce(started_at, {database.Sql.Now}), "
        + $"deadline = CASE WHEN state = $5 THEN deadline ELSE {database.Sql.NowPlus("$7")} END",
        "call_id = $4 AND state IN ($5, $8)", "deadline");

    private readonly string abandon = FencedCalls.Update(
        database.Sql, FencedCalls.Abandoned(database.Sql, "$4"), FencedCalls.Open);

    private readonly string hold = $"SELECT 1 FROM generations g WHERE {Fence.Holds} {database.Sql.ForUpdate}";

    private const string Due = $"""
        SELECT 1 FROM tool_calls WHERE generation_id = $1
            AND state IN ('{ToolCallState.Requested}', '{ToolCallState.Approved}', '{ToolCallState.Running}')
        """;

    private const string Expected = $"""
        SELECT 1 FROM tool_calls WHERE generation_id = $1
            AND state IN ('{ToolCallState.Waiting}', '{ToolCallState.Approving}')
        """;

    private readonly string remember = $"""
        UPDATE tool_calls SET again_at = {database.Sql.NowPlus("$3")}
        WHERE generation_id = $1 AND call_id = $2 AND state IN ('{ToolCallState.Waiting}', '{ToolCallState.Approving}')
        """;

    private readonly string park = $"""
        UPDATE generations SET state = '{GenerationState.Parked}', owner = NULL, claim_id = NULL, attempt = $2,
            failures = {database.Sql.Json("$3")}, not_before = {database.Sql.NowPlus("$4")} WHERE id = $1
        """;

    /// <summary>The call is about to be made by this worker.</summary>
    public Task<bool> BeginAsync(
        Fence fence, string call, string executor, int attempt, CancellationToken cancellation) =>
        commit.ExecuteAsync(begin, cancellation, fence.GenerationId, fence.Epoch, fence.Owner, call, executor, attempt);

    /// <summary>What came of the call, if it still is in the state that the run knows.</summary>
    /// <param name="fence">The run's claim.</param>
    /// <param name="call">The call's id.</param>
    /// <param name="known">The state that the run knows.</param>
    /// <param name="result">As a JSON string, or null when there is an error.</param>
    /// <param name="error">As a JSON string, or null when there is a result.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<bool> EndAsync(
        Fence fence, string call, string known, string? result, string? error, CancellationToken cancellation) =>
        commit.ExecuteAsync(end, cancellation, fence.GenerationId, fence.Epoch, fence.Owner, call,
            error is null ? ToolCallState.Completed : ToolCallState.Failed, result, error, known);

    /// <summary>
    /// The call waits for the service that owns the tool, or for a person; repeated, its deadline stays. Null when it
    /// is no longer in the state that the run knows.
    /// </summary>
    public async Task<DateTimeOffset?> WaitAsync(
        Fence fence, string call, string known, string state, int attempt, TimeSpan patience,
        CancellationToken cancellation) =>
        (await commit.RunAsync(waitFor, row => new Until(row.GetOnlyTime()), cancellation, fence.GenerationId, fence.Epoch, fence.Owner,
            call, state, attempt, (long)patience.TotalMilliseconds, known))?.Time;

    /// <summary>Ends what is open, because the generation ends.</summary>
    /// <param name="error">As a JSON string.</param>
    public Task AbandonAsync(Fence fence, string error, CancellationToken cancellation) =>
        commit.ExecuteAsync(abandon, cancellation, fence.GenerationId, fence.Epoch, fence.Owner, error);

    /// <summary>
    /// Gives the slot up until an answer comes or <paramref name="delay"/> has passed. False when there is something to
    /// do after all: an answer came meanwhile. Null when someone else owns the generation.
    /// </summary>
    /// <param name="fence">The run's claim.</param>
    /// <param name="attempts">Provider calls begun.</param>
    /// <param name="failures">Those that failed, as JSON.</param>
    /// <param name="delay">Until the generation is looked at again without an answer.</param>
    /// <param name="asked">The calls whose question the broker has, and when each is asked again.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <remarks>
    /// The row is locked before the calls are looked at, and those who answer lock it too, or an answer between the two
    /// would wake nobody.
    /// </remarks>
    public Task<bool?> ParkAsync(
        Fence fence, int attempts, string? failures, TimeSpan delay,
        IReadOnlyList<(string Call, TimeSpan Again)> asked, CancellationToken cancellation) =>
        outage.TransactAsync<bool?>(async transaction =>
        {
            if ((await transaction.QueryAsync(hold, _ => true, fence.GenerationId, fence.Epoch, fence.Owner)).Count == 0)
                return null;
            if ((await transaction.QueryAsync(Due, _ => true, fence.GenerationId)).Count > 0) return false;
            if ((await transaction.QueryAsync(Expected, _ => true, fence.GenerationId)).Count == 0) return false;
            foreach (var (call, again) in asked)
                await transaction.ExecuteAsync(
                    remember, fence.GenerationId, call, (long)Math.Ceiling(again.TotalMilliseconds));
            await transaction.ExecuteAsync(
                park, fence.GenerationId, attempts, failures, (long)Math.Ceiling(delay.TotalMilliseconds));
            return true;
        }, cancellation);

    private sealed record Until(DateTimeOffset Time);
}
