namespace Millrace.Contracts;

/// <summary>
/// Asks to end a generation. It ends as <see cref="GenerationCancelled"/> with the text so far, unless it has already ended.
/// Takes effect also when it arrives before the request itself.
/// </summary>
public sealed record CancelGeneration
{
    /// <summary>Which generation. Required.</summary>
    public required Guid GenerationId { get; init; }

    /// <summary>Why, for the record; at most 512 characters. Default: none.</summary>
    public string? Reason { get; init; }
}
