using System.Text.Json;
using Millrace.Contracts;
using Millrace.Persistence.Model;
using Millrace.Persistence.ToolCalls;

namespace Millrace.Engine.Runs;

/// <summary>A call of a step while a run deals with it: the row, and what has become of it since it was read.</summary>
public sealed class StepCall(RecordedCall row)
{
    public string Id => row.CallId;

    public string Name => row.Name;

    public RecordedCall Row => row;

    public ToolCall Call { get; } = new(row.CallId, row.Name, row.Arguments);

    public string State { get; set; } = row.State;

    /// <summary>The caller makes it.</summary>
    public bool IsHanded => State == ToolCallState.Handed;

    public int Attempt { get; set; } = row.Attempt;

    public DateTimeOffset? Deadline { get; set; } = row.Deadline;

    /// <summary>When it is sent out again, if no answer comes.</summary>
    public DateTimeOffset? AgainAt { get; set; } = row.AgainAt;

    public DateTimeOffset? EndedAt { get; set; } = row.EndedAt;

    public ToolResult? Result { get; set; } =
        row.Error is not null ? new(row.CallId, Text(row.Error), IsError: true)
        : row.Result is not null ? new(row.CallId, Text(row.Result))
        : null;

    /// <summary>The log has its result.</summary>
    public bool IsTold { get; set; }

    public static string Json(string text) => JsonSerializer.Serialize(text, ContractsJson.Options);

    private static string Text(string json) => JsonSerializer.Deserialize<string>(json, ContractsJson.Options)!;
}
