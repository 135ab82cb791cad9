namespace Millrace.Contracts;

/// <summary>The answer to a <see cref="ToolCallRequested"/>: a result or an error, not both. The first one holds.</summary>
public sealed record ToolCallCompleted
{
    /// <summary>Which generation asked. Required.</summary>
    public required Guid GenerationId { get; init; }

    /// <summary>The id of the call. Required.</summary>
    public required string CallId { get; init; }

    /// <summary>What the tool returned, as text or JSON text.</summary>
    public string? Result { get; init; }

    /// <summary>Why it failed; the model is told.</summary>
    public string? Error { get; init; }
}
