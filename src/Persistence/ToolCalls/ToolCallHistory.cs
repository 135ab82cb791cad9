using System.Data.Common;
using System.Text.Json;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.ToolCalls;

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
