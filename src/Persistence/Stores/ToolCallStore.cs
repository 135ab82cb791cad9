namespace Millrace.Persistence;

/// <summary>
/// The tool calls of a run: each is written before it is made, and after. A write that returns false or null means that someone else owns the
/// generation, or that the call is no longer in the state that the run believes it in.
/// </summary>
public sealed class ToolCallStore(GroupCommit commit, IDatabase database, DatabaseOutage outage)
{
    private readonly string begin = FencedCalls.Update(database.Sql,
        $"state = '{ToolCallState.Running}', executor = $5, attempt = $6, started_at = coalesce(started_at, {database.Sql.Now})",
        $"call_id = $4 AND {FencedCalls.Open}");

    private readonly string end = FencedCalls.Update(database.Sql,
        $"state = $5, result = {database.Sql.Json("$6")}, error = {database.Sql.Json("$7")}, ended_at = coalesce(ended_at, {database.Sql.Now})",
        $"call_id = $4 AND ({FencedCalls.Open} OR state = $5)");

    // The answer may be there already when the same call is sent out again
    private readonly string waitFor = FencedCalls.Update(database.Sql,
        $"state = $5, executor = 'remote', attempt = $6, started_at = coalesce(started_at, {database.Sql.Now}), "
        + $"deadline = CASE WHEN state = $5 THEN deadline ELSE {database.Sql.NowPlus("$7")} END",
        $"call_id = $4 AND {FencedCalls.Open}", "deadline");

    private readonly string abandon = FencedCalls.Update(database.Sql,
        $"state = CASE WHEN state IN ('{ToolCallState.Running}', '{ToolCallState.Waiting}') THEN '{ToolCallState.Failed}' ELSE '{ToolCallState.Skipped}' END, "
        + $"error = {database.Sql.Json("$4")}, ended_at = {database.Sql.Now}",
        FencedCalls.Open);

    private readonly string hold = $"SELECT 1 FROM generations g WHERE {FencedCalls.Condition} {database.Sql.ForUpdate}";

    private const string Due = $"""
        SELECT 1 FROM tool_calls WHERE generation_id = $1 AND state IN ('{ToolCallState.Requested}', '{ToolCallState.Approved}', '{ToolCallState.Running}')
        """;

    private const string Expected = $"""
        SELECT 1 FROM tool_calls WHERE generation_id = $1 AND state IN ('{ToolCallState.Waiting}', '{ToolCallState.Approving}')
        """;

    private readonly string park = $"""
        UPDATE generations SET state = 'parked', owner = NULL, claim_id = NULL, attempt = $2, failures = {database.Sql.Json("$3")},
            not_before = {database.Sql.NowPlus("$4")} WHERE id = $1
        """;

    /// <summary>The call is about to be made by this worker.</summary>
    public async Task<bool> BeginAsync(Fence fence, string call, string executor, int attempt, CancellationToken cancellation) =>
        await commit.RunAsync(begin, static _ => Row.Found, cancellation, fence.GenerationId, fence.Epoch, fence.Owner, call, executor, attempt) is not null;

    /// <summary>What came of the call.</summary>
    /// <param name="result">As a JSON string, or null when there is an error.</param>
    /// <param name="error">As a JSON string, or null when there is a result.</param>
    public async Task<bool> EndAsync(Fence fence, string call, string? result, string? error, CancellationToken cancellation) =>
        await commit.RunAsync(end, static _ => Row.Found, cancellation, fence.GenerationId, fence.Epoch, fence.Owner, call,
            error is null ? ToolCallState.Completed : ToolCallState.Failed, result, error) is not null;

    /// <summary>The call waits for the service that owns the tool, or for a person; repeated, its deadline stays. Null when it waits no more.</summary>
    public async Task<DateTimeOffset?> WaitAsync(
        Fence fence, string call, string state, int attempt, TimeSpan patience, CancellationToken cancellation) =>
        (await commit.RunAsync(waitFor, row => new Until(database.Sql.ReadTime(row, 0)), cancellation, fence.GenerationId, fence.Epoch, fence.Owner,
            call, state, attempt, (long)patience.TotalMilliseconds))?.Time;

    /// <summary>Ends what is open, because the generation ends.</summary>
    /// <param name="error">As a JSON string.</param>
    public Task AbandonAsync(Fence fence, string error, CancellationToken cancellation) =>
        commit.RunAsync(abandon, static _ => Row.Found, cancellation, fence.GenerationId, fence.Epoch, fence.Owner, error);

    /// <summary>
    /// Gives the slot up until an answer comes or <paramref name="delay"/> has passed. False when there is something to do after all: an answer
    /// came meanwhile. Null when someone else owns the generation.
    /// </summary>
    /// <remarks>The row is locked before the calls are looked at, and those who answer lock it too, or an answer between the two would wake nobody.</remarks>
    public Task<bool?> ParkAsync(Fence fence, int attempts, string? failures, TimeSpan delay, CancellationToken cancellation) =>
        outage.WaitOutAsync(token => database.TransactAsync<bool?>(async transaction =>
        {
            if ((await transaction.QueryAsync(hold, _ => true, fence.GenerationId, fence.Epoch, fence.Owner)).Count == 0) return null;
            if ((await transaction.QueryAsync(Due, _ => true, fence.GenerationId)).Count > 0) return false;
            if ((await transaction.QueryAsync(Expected, _ => true, fence.GenerationId)).Count == 0) return false;
            await transaction.ExecuteAsync(park, fence.GenerationId, attempts, failures, (long)Math.Ceiling(delay.TotalMilliseconds));
            return true;
        }, token), cancellation);

    private sealed record Until(DateTimeOffset Time);
}
