using System.Text.Json;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.ToolCalls;

/// <summary>The tool calls of a generation for readers.</summary>
public sealed class ToolCallHistory(DatabaseOutage outage)
{
    private const string Calls = """
        SELECT call_id, step, name, arguments, state, result, error, executor, attempt, requested_at, started_at,
            ended_at, deadline
        FROM tool_calls WHERE generation_id = $1 ORDER BY step, position
        """;

    /// <summary>All of them, in order.</summary>
    public Task<List<PastToolCall>> ReadAsync(Guid generation, CancellationToken cancellation) =>
        outage.QueryAsync(Calls, Read, cancellation, generation);

    private PastToolCall Read(Row row) => new(
        row.GetString("call_id"),
        row.GetInt32("step"),
        row.GetString("name"),
        row.GetString("arguments"),
        row.GetString("state"),
        Said(row, "result"),
        Said(row, "error"),
        row.GetStringOrNull("executor"),
        row.GetInt32("attempt"),
        row.GetTime("requested_at"),
        row.GetTimeOrNull("started_at"),
        row.GetTimeOrNull("ended_at"),
        row.GetTimeOrNull("deadline"));

    /// <summary>What is stored as a JSON string.</summary>
    private static string? Said(Row row, string column) =>
        row.GetStringOrNull(column) is { } json ? JsonSerializer.Deserialize<string>(json) : null;
}
