using Millrace.Persistence.Commit;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.ToolCalls;

/// <summary>
/// The steps of generations that use tools. A step and its calls enter together: whoever goes on finds all of them or
/// none.
/// </summary>
public sealed class StepStore(GroupCommit commit, IDatabase database, DatabaseOutage outage)
{
    private const string Steps = """
        SELECT number, provider, model, content, through, usage, cost_nanos FROM steps WHERE generation_id = $1
        ORDER BY number
        """;

    private const string Calls = """
        SELECT call_id, step, position, provider_call_id, name, arguments, state, attempt, result, error, deadline,
            again_at, ended_at FROM tool_calls
        WHERE generation_id = $1 ORDER BY step, position
        """;

    private readonly string fence = $"""
        SELECT g.session_id FROM generations g WHERE {Fence.Holds} {database.Sql.ForShare}
        """;

    private readonly string addStep = $"""
        INSERT INTO steps (generation_id, number, provider, model, content, through, usage, cost_nanos, created_at)
        VALUES ($1, $2, $3, $4, {database.Sql.Json("$5")}, $6, {database.Sql.Json("$7")}, $8, {database.Sql.Now})
        ON CONFLICT DO NOTHING
        """;

    private readonly string addCall = $"""
        INSERT INTO tool_calls (generation_id, call_id, session_id, step, position, provider_call_id, name, arguments,
            state, attempt, requested_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, {database.Sql.Json("$8")}, $9, 0, {database.Sql.Now}) ON CONFLICT DO NOTHING
        """;

    private readonly string abandon = $"""
        UPDATE tool_calls SET {FencedCalls.Abandoned(database.Sql, "$3")}
        WHERE generation_id = $1 AND {FencedCalls.Open}
            AND EXISTS (SELECT 1 FROM generations g
                WHERE g.id = $1 AND g.epoch = $2
                AND g.state IN ('{GenerationState.Queued}', '{GenerationState.Parked}') {database.Sql.ForShare})
        """;

    /// <summary>Records a step and its calls. False when someone else owns the generation.</summary>
    public Task<bool> RecordAsync(
        Fence held, RecordedStep step, IReadOnlyList<RecordedCall> calls, CancellationToken cancellation) =>
        outage.TransactAsync(async transaction =>
        {
            var generation = await transaction.QueryAsync(
                fence, row => row.GetOnlyOrDefault<Guid?>(), held.GenerationId, held.Epoch, held.Owner);
            if (generation.Count == 0) return false;
            await transaction.ExecuteAsync(
                addStep, held.GenerationId, step.Number, step.Provider, step.Model, step.Content, step.Through, step.Usage, step.CostNanos);
            foreach (var call in calls)
            {
                await transaction.ExecuteAsync(addCall, held.GenerationId, call.CallId, generation[0], call.Step, call.Position,
                    call.ProviderCallId, call.Name, call.Arguments, call.State);
            }
            return true;
        }, cancellation);

    /// <summary>The steps so far, in order.</summary>
    public Task<List<RecordedStep>> StepsAsync(Guid generation, CancellationToken cancellation) =>
        outage.QueryAsync(Steps, row => new RecordedStep(
            row.GetInt32("number"),
            row.GetString("provider"),
            row.GetString("model"),
            row.GetString("content"),
            row.GetInt64("through"),
            row.GetStringOrNull("usage"))
        {
            CostNanos = row.GetInt64OrNull("cost_nanos"),
        }, cancellation, generation);

    /// <summary>Their calls, in order.</summary>
    public Task<List<RecordedCall>> CallsAsync(Guid generation, CancellationToken cancellation) =>
        outage.QueryAsync(Calls, ReadCall, cancellation, generation);

    /// <summary>Ends the open calls of a generation that nobody runs.</summary>
    /// <param name="generation">Which.</param>
    /// <param name="epoch">As it was found.</param>
    /// <param name="error">Why, as a JSON string.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task AbandonCallsAsync(Guid generation, int epoch, string error, CancellationToken cancellation) =>
        commit.ExecuteAsync(abandon, cancellation, generation, epoch, error);

    private RecordedCall ReadCall(Row row) =>
        new(
            row.GetString("call_id"),
            row.GetInt32("step"),
            row.GetInt32("position"),
            row.GetStringOrNull("provider_call_id"),
            row.GetString("name"),
            row.GetString("arguments"))
        {
            State = row.GetString("state"),
            Attempt = row.GetInt32("attempt"),
            Result = row.GetStringOrNull("result"),
            Error = row.GetStringOrNull("error"),
            Deadline = row.GetTimeOrNull("deadline"),
            AgainAt = row.GetTimeOrNull("again_at"),
            EndedAt = row.GetTimeOrNull("ended_at"),
        };
}
