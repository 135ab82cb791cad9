using Millrace.Persistence.Model;

namespace Millrace.Persistence.ToolCalls;

/// <summary>A tool call as it is recorded.</summary>
public sealed record RecordedCall(
    string CallId, int Step, int Position, string? ProviderCallId, string Name, string Arguments)
{
    public string State { get; init; } = ToolCallState.Requested;

    /// <summary>How often it was begun, or sent out.</summary>
    public int Attempt { get; init; }

    /// <summary>As a JSON string.</summary>
    public string? Result { get; init; }

    /// <summary>As a JSON string.</summary>
    public string? Error { get; init; }

    public DateTimeOffset? Deadline { get; init; }

    /// <summary>When the question is asked again; null when it is not known to have been asked.</summary>
    public DateTimeOffset? AgainAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
}
