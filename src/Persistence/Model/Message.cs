namespace Millrace.Persistence.Model;

/// <summary>One message of a session's transcript.</summary>
internal sealed class Message
{
    public Guid SessionId { get; set; }
    public long Ordinal { get; set; }

    /// <summary>
    /// The generation or the request that brought it, and its place among what that brought: it enters once.
    /// </summary>
    public Guid SourceId { get; set; }

    public int Position { get; set; }
    public Guid? GenerationId { get; set; }
    public required string Role { get; set; }

    /// <summary>A <see cref="Contracts.SessionMessage"/> as JSON.</summary>
    public required string Content { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}
