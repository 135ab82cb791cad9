using Millrace.Contracts;

namespace Millrace.Engine.Runs;

/// <summary>A piece of the stream that is not in the log yet.</summary>
internal sealed record Piece(ChunkKind Kind, string? Text = null, long? KeepThrough = null)
{
    public ToolCall? ToolCall { get; init; }

    public bool? IsError { get; init; }

    /// <summary>The step it belongs to, where that is not the one which runs.</summary>
    public int? Step { get; init; }

    /// <summary>Nothing but a mark: done when everything before it is in the log.</summary>
    public TaskCompletionSource? Passed { get; init; }
}
