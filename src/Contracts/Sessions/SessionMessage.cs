namespace Millrace.Contracts;

/// <summary>One message of a session's transcript.</summary>
public sealed record SessionMessage
{
    /// <summary>1, 2, 3 … in its session.</summary>
    public long Ordinal { get; init; }

    /// <summary>Who speaks: the user, the model, or the tools that it called. A session's system prompt is not one of its messages.</summary>
    public required MessageRole Role { get; init; }

    /// <summary>
    /// What was said, exactly. Empty for a reply that was cancelled before its first word, and where tool calls, tool results or attachments are all there is.
    /// </summary>
    public required string Text { get; init; }

    /// <summary>What the model thought before it said this, where the request that brought the message said so.</summary>
    public string? Reasoning { get; init; }

    /// <summary>The tools that the model called with this message. The message behind it has their results.</summary>
    public IReadOnlyList<ToolCall>? ToolCalls { get; init; }

    /// <summary>What came of the calls of the message before, in the order of the calls. Present for the role <see cref="MessageRole.Tool"/>.</summary>
    public IReadOnlyList<ToolResult>? ToolResults { get; init; }

    /// <summary>Pictures and files of a user's message.</summary>
    public IReadOnlyList<Attachment>? Attachments { get; init; }

    /// <summary>True for a reply that was cancelled or cut off.</summary>
    public bool Partial { get; init; }

    /// <summary>The generation it belongs to. Absent for one that was added or imported.</summary>
    public Guid? GenerationId { get; init; }

    /// <summary>Who answered. Present for replies.</summary>
    public string? Provider { get; init; }

    /// <summary>Its model.</summary>
    public string? Model { get; init; }

    /// <summary>The provider's own count for the call that gave this reply. Present for replies whose provider gave one.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>UTC, when it entered the transcript.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
}
