namespace Millrace.Contracts;

/// <summary>
/// Asks for chunks of a generation from the log, for a reader that joins late or has noticed a gap. Any worker answers with
/// <see cref="ChunksReplayed"/>.
/// </summary>
public sealed record ReplayRequested
{
    /// <summary>Which generation. Required.</summary>
    public required Guid GenerationId { get; init; }

    /// <summary>The last sequence that the reader has. Default: 0, everything.</summary>
    public long AfterSequence { get; init; }

    /// <summary>The most chunks in the answer, 1 to 500. Default: 200. A page also ends at 1 MiB of text.</summary>
    public int? Limit { get; init; }

    /// <summary>The channel label in the answer's routing key, so that only the asker gets it. Default: the generation's own channel.</summary>
    public string? Channel { get; init; }
}
