namespace Millrace.Contracts;

/// <summary>The answer to a <see cref="ToolApprovalRequested"/>. The first one holds.</summary>
public sealed record DecideToolCall
{
    /// <summary>Which generation asked. Required.</summary>
    public required Guid GenerationId { get; init; }

    /// <summary>The id of the call. Required.</summary>
    public required string CallId { get; init; }

    /// <summary>True to make the call, false to tell the model that it was refused. Required.</summary>
    public required bool Approve { get; init; }

    /// <summary>Why it was refused, for the model; at most 512 characters.</summary>
    public string? Reason { get; init; }
}
