using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.ToolCalls;

/// <summary>What every write to a run's tool calls has in common.</summary>
internal static class FencedCalls
{
    public const string Open = $"state NOT IN ('{ToolCallState.Completed}', '{ToolCallState.Failed}', '{ToolCallState.Skipped}')";

    /// <summary>
    /// What ends open calls with their generation: those that had begun have failed, the others are skipped. The text
    /// is the error as a JSON string.
    /// </summary>
    public static string Abandoned(SqlDialect sql, string text) => $"""
        state = CASE WHEN state IN ('{ToolCallState.Running}', '{ToolCallState.Waiting}') THEN '{ToolCallState.Failed}'
            ELSE '{ToolCallState.Skipped}' END,
            error = {sql.Json(text)}, ended_at = {sql.Now}
        """;

    /// <summary>
    /// An update of calls of the held generation; the share lock keeps a new claim waiting until the commit.
    /// </summary>
    public static string Update(SqlDialect sql, string change, string condition, string? returned = null) => $"""
        UPDATE tool_calls SET {change} WHERE generation_id = $1 AND {condition}
            AND EXISTS (SELECT 1 FROM generations g WHERE {Fence.Holds} {sql.ForShare})
        {(returned is null ? "" : $"RETURNING {returned}")}
        """;
}
