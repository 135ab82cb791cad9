namespace Millrace.Contracts;

/// <summary>More lines of a batch have ended. Sent about once a second while there are such, at most once for each state of the counts; one may be missing.</summary>
public sealed record BatchProgressed
{
    /// <summary>Which batch.</summary>
    public required Guid BatchId { get; init; }

    /// <summary>Lines in its file.</summary>
    public required long Total { get; init; }

    /// <summary>Lines with an answer.</summary>
    public required long Completed { get; init; }

    /// <summary>Lines that have failed.</summary>
    public required long Failed { get; init; }

    /// <summary>Tokens of the lines that have ended, as the providers counted them.</summary>
    public required TokenUsage Usage { get; init; }

    /// <summary>US dollars for them, or absent if a price is not known.</summary>
    public decimal? Cost { get; init; }
}
