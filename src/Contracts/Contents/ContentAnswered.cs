namespace Millrace.Contracts;

/// <summary>The answer to a <see cref="ContentRequested"/>. Without a problem it is done: the piece is kept, or the bytes are removed.</summary>
public sealed record ContentAnswered
{
    /// <summary>Which question.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>The id of the bytes, for <see cref="Attachment.ContentId"/>. Absent: pieces are missing, or it was a removal.</summary>
    public Guid? ContentId { get; init; }

    /// <summary>Why it was not done. Absent: it was.</summary>
    public ContentProblem? Problem { get; init; }

    /// <summary>The problem in a sentence: cause, rule and choices. Absent without one.</summary>
    public string? Message { get; init; }
}
