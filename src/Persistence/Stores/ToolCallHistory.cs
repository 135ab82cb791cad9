using System.Data.Common;
using System.Text.Json;

namespace Millrace.Persistence;

/// <summary>A tool call as readers see it.</summary>
/// <param name="CallId">The call's id, unique in its generation.</param>
/// <param name="Step">Which provider call asked for it, from 1.</param>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">A JSON object as text.</param>
/// <param name="State">One of <see cref="ToolCallState"/>.</param>
/// <param name="Result">What it returned; null while there is no result.</param>
/// <param name="Error">Why there is none; null otherwise.</param>
/// <param name="Executor">Who ran it: a worker's name, or <c>remote</c>.</param>
/// <param name="Attempts">How often it was begun, or sent out.</param>
/// <param name="RequestedAt">When the model asked for it.</param>
/// <param name="StartedAt">When it was begun, or sent out, or somebody was asked for consent.</param>
/// <param name="EndedAt">When it reached a terminal state.</param>
/// <param name="Deadline">Until when an answer is waited for.</param>
public sealed record PastToolCall(
    string CallId, int Step, string Name, string Arguments, string State, string? Result, string? Error, string? Executor, int Attempts,
    DateTimeOffset RequestedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, DateTimeOffset? Deadline);

/// <summary>The tool calls of a generation for readers.</summary>
public sealed class ToolCallHistory(IDatabase database, DatabaseOutage outage)
{
    private const string Calls = """
        SELECT call_id, step, name, arguments, state, result, error, executor, attempt, requested_at, started_at, ended_at, deadline
        FROM tool_calls WHERE generation_id = $1 ORDER BY step, position
        """;

    /// <summary>All of them, in order.</summary>
    public Task<List<PastToolCall>> ReadAsync(Guid generation, CancellationToken cancellation) =>
        outage.WaitOutAsync(token => database.QueryAsync(Calls, Read, token, generation), cancellation);

    private PastToolCall Read(DbDataReader row) => new(
        row.GetString(0), row.GetInt32(1), row.GetString(2), row.GetString(3), row.GetString(4), Said(row, 5), Said(row, 6),
        row.TextOrNull(7), row.GetInt32(8), database.Sql.ReadTime(row, 9), database.Sql.ReadTimeOrNull(row, 10), database.Sql.ReadTimeOrNull(row, 11), database.Sql.ReadTimeOrNull(row, 12));

    /// <summary>What is stored as a JSON string.</summary>
    private static string? Said(DbDataReader row, int column) => row.IsDBNull(column) ? null : JsonSerializer.Deserialize<string>(row.GetString(column));
}
