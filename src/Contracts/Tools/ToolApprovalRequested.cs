namespace Millrace.Contracts;

/// <summary>Asks whether a call may be made. A person, or a service in one's place, answers with <see cref="DecideToolCall"/>.</summary>
public sealed record ToolApprovalRequested
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

    /// <summary>UTC. Without an answer by then the model is told that nobody agreed.</summary>
    public required DateTimeOffset Deadline { get; init; }
}
