namespace Millrace.Contracts;

/// <summary>One page of the chunk log. Ask again after the last sequence of <see cref="Chunks"/> while <see cref="HasMore"/>.</summary>
public sealed record ChunksReplayed
{
    /// <summary>Which generation.</summary>
    public required Guid GenerationId { get; init; }

    /// <summary>The sequence that was asked for: the page begins after it.</summary>
    public required long AfterSequence { get; init; }

    /// <summary>The chunks, in order, as they were or will be published.</summary>
    public required IReadOnlyList<ChunkProduced> Chunks { get; init; }

    /// <summary>True when the log holds more than this page.</summary>
    public required bool HasMore { get; init; }

    /// <summary>False when the fleet has no such generation (or no longer).</summary>
    public required bool Known { get; init; }

    /// <summary>Present on the last page of a generation that has completed.</summary>
    public GenerationCompleted? Completed { get; init; }

    /// <summary>Present on the last page of a generation that has failed.</summary>
    public GenerationFailed? Failed { get; init; }

    /// <summary>Present on the last page of a generation that was cancelled.</summary>
    public GenerationCancelled? Cancelled { get; init; }
}
