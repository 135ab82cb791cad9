using Millrace.Persistence.Commit;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.ToolCalls;

/// <summary>
/// What comes from outside for a call: a result, a consent. Each locks the generation's row first, so that it finds the
/// run parked and wakes it, or the run finds the answer before it parks.
/// </summary>
public sealed class ToolAnswerStore(IDatabase database, DatabaseOutage outage)
{
    private const string Find = "SELECT name, state, step FROM tool_calls WHERE generation_id = $1 AND call_id = $2";

    private readonly string hold = $"SELECT 1 FROM generations WHERE id = $1 {database.Sql.ForUpdate}";

    private readonly string complete = $"""
        UPDATE tool_calls SET state = $3, result = {database.Sql.Json("$4")}, error = {database.Sql.Json("$5")},
            ended_at = {database.Sql.Now}
        WHERE generation_id = $1 AND call_id = $2 AND state = '{ToolCallState.Waiting}'
            AND deadline > {database.Sql.Now}
        """;

    private readonly string decide = $"""
        UPDATE tool_calls SET state = $3, error = {database.Sql.Json("$4")}, deadline = NULL, again_at = NULL,
            attempt = 0, ended_at = CASE WHEN $3 = '{ToolCallState.Failed}' THEN {database.Sql.Now} ELSE NULL END
        WHERE generation_id = $1 AND call_id = $2 AND state = '{ToolCallState.Approving}'
            AND deadline > {database.Sql.Now}
        """;

    private readonly string wake = $"""
        UPDATE generations SET state = '{GenerationState.Queued}', not_before = NULL, nudged_at = {database.Sql.Now}
        WHERE id = $1 AND state = '{GenerationState.Parked}'
        RETURNING lane
        """;

    private const string Waiting = $"""
        SELECT 1 FROM tool_calls WHERE generation_id = $1
            AND state IN ('{ToolCallState.Waiting}', '{ToolCallState.Approving}')
        """;

    /// <summary>The call, or null if there is none of that id.</summary>
    public Task<AnsweredCall?> FindAsync(Guid generation, string call, CancellationToken cancellation) =>
        outage.FindAsync(
            Find, row => new AnsweredCall(row.GetString("name"), row.GetString("state"), row.GetInt32("step")),
            cancellation, generation, call);

    /// <summary>The result of a call that waits for it; the generation goes on when it was the last one.</summary>
    /// <param name="result">As a JSON string, or null when there is an error.</param>
    /// <param name="error">As a JSON string, or null when there is a result.</param>
    public Task<AnswerTaken> CompleteAsync(
        Guid generation, string call, string? result, string? error, CancellationToken cancellation) =>
        TakeAsync(generation, async transaction =>
            await transaction.ExecuteAsync(
                complete, generation, call, error is null ? ToolCallState.Completed : ToolCallState.Failed, result,
                error) == 1,
            wakesEarly: false, cancellation);

    /// <summary>Consent to a call that waits for it, or, with an error, its refusal.</summary>
    /// <param name="error">As a JSON string, or null for consent.</param>
    public Task<AnswerTaken> DecideAsync(Guid generation, string call, string? error, CancellationToken cancellation) =>
        TakeAsync(generation, async transaction =>
            await transaction.ExecuteAsync(
                decide, generation, call, error is null ? ToolCallState.Approved : ToolCallState.Failed, error) == 1,
            wakesEarly: error is null, cancellation);

    private Task<AnswerTaken> TakeAsync(
        Guid generation, Func<ITransaction, Task<bool>> take, bool wakesEarly, CancellationToken cancellation) =>
        outage.TransactAsync(async transaction =>
        {
            if ((await transaction.QueryAsync(hold, _ => true, generation)).Count == 0)
                return new AnswerTaken(false, null);
            if (!await take(transaction)) return new AnswerTaken(false, null);
            if (!wakesEarly && (await transaction.QueryAsync(Waiting, _ => true, generation)).Count > 0)
                return new AnswerTaken(true, null);
            var woken = await transaction.QueryAsync(wake, row => row.GetOnly<string>(), generation);
            return new AnswerTaken(true, woken.Count == 0 ? null : woken[0]);
        }, cancellation);
}
