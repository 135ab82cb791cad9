using Millrace.Persistence.Model;

namespace Millrace.Persistence.ToolCalls;

/// <summary>A tool call as readers see it.</summary>
public sealed record PastToolCall
{
    /// <summary>The call's id, unique in its generation.</summary>
    public required string CallId { get; init; }

    /// <summary>Which provider call asked for it, from 1.</summary>
    public required int Step { get; init; }

    /// <summary>The tool.</summary>
    public required string Name { get; init; }

    /// <summary>A JSON object as text.</summary>
    public required string Arguments { get; init; }

    /// <summary>One of <see cref="ToolCallState"/>.</summary>
    public required string State { get; init; }

    /// <summary>What it returned; null while there is no result.</summary>
    public string? Result { get; init; }

    /// <summary>Why there is none; null otherwise.</summary>
    public string? Error { get; init; }

    /// <summary>Who ran it: a worker's name, or <c>remote</c>.</summary>
    public string? Executor { get; init; }

    /// <summary>How often it was begun, or sent out.</summary>
    public required int Attempts { get; init; }

    /// <summary>When the model asked for it.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>When it was begun, or sent out, or somebody was asked for consent.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it reached a terminal state.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Until when an answer is waited for.</summary>
    public DateTimeOffset? Deadline { get; init; }
}
