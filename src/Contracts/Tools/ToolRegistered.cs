namespace Millrace.Contracts;

/// <summary>The answer to a <see cref="RegisterTool"/>.</summary>
public sealed record ToolRegistered
{
    /// <summary>Which request.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>The tool.</summary>
    public required string Name { get; init; }

    /// <summary>Why it was refused. Absent when it is done.</summary>
    public string? Problem { get; init; }
}
