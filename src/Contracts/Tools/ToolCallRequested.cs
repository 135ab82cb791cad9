namespace Millrace.Contracts;

/// <summary>
/// Asks the service that owns a tool to run it and to answer with <see cref="ToolCallCompleted"/>. Until the answer is there it is sent again from time to
/// time, after 15 minutes (or half of its time, if that is less) first, then more and more rarely, with the same <see cref="IdempotencyKey"/>.
/// </summary>
public sealed record ToolCallRequested
{
    /// <summary>Which generation waits for it.</summary>
    public required Guid GenerationId { get; init; }

    /// <summary>Whose generation it is. Absent: a worker of a version before this field asks.</summary>
    public string? Tenant { get; init; }

    /// <summary>The generation's session, if it has one.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>Which provider call of the generation asked, from 1.</summary>
    public required int Step { get; init; }

    /// <summary>The call.</summary>
    public required ToolCall Call { get; init; }

    /// <summary>The same for every repeat of this call; a tool that acts once per key is safe to repeat.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>UTC. An answer after this is too late. Absent: no deadline.</summary>
    public DateTimeOffset? Deadline { get; init; }
}
