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

    private PastToolCall Read(Row row) => new()
    {
        CallId = row.GetString("call_id"),
        Step = row.GetInt32("step"),
        Name = row.GetString("name"),
        Arguments = row.GetString("arguments"),
        State = row.GetString("state"),
        Result = Said(row, "result"),
        Error = Said(row, "error"),
        Executor = row.GetStringOrNull("executor"),
        Attempts = row.GetInt32("attempt"),
        RequestedAt = row.GetTime("requested_at"),
        StartedAt = row.GetTimeOrNull("started_at"),
        EndedAt = row.GetTimeOrNull("ended_at"),
        Deadline = row.GetTimeOrNull("deadline"),
    };

    /// <summary>What is stored as a JSON string.</summary>
    private static string? Said(Row row, string column) =>
        row.GetStringOrNull(column) is { } json ? JsonSerializer.Deserialize<string>(json) : null;
}
