namespace Millrace.Contracts;

/// <summary>One message of a session's transcript.</summary>
public sealed record SessionMessage
{
    /// <summary>1, 2, 3 … in its session.</summary>
    public long Ordinal { get; init; }

    /// <summary>Who speaks: the user or the model. A session's system prompt is not one of its messages.</summary>
    public required MessageRole Role { get; init; }

    /// <summary>What was said, exactly. Empty only for a reply that was cancelled before its first word.</summary>
    public required string Text { get; init; }

    /// <summary>True for a reply that was cancelled or cut off.</summary>
    public bool Partial { get; init; }

    /// <summary>The generation it belongs to. Absent for one that was added or imported.</summary>
    public Guid? GenerationId { get; init; }

    /// <summary>Who answered. Present for replies.</summary>
    public string? Provider { get; init; }

    /// <summary>Its model.</summary>
    public string? Model { get; init; }

    /// <summary>The provider's own count for the generation. Present for replies whose provider gave one.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>UTC, when it entered the transcript.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
}
