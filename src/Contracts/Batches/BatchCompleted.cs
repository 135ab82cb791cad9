namespace Millrace.Contracts;

/// <summary>A batch has ended; its results are whole. It may arrive more than once, with the same message id. Lines that are run again make the batch end again.</summary>
public sealed record BatchCompleted
{
    /// <summary>Which batch.</summary>
    public required Guid BatchId { get; init; }

    /// <summary>How it has ended.</summary>
    public required BatchStatus Status { get; init; }

    /// <summary>Lines in its file; 0 if the file was refused.</summary>
    public required long Total { get; init; }

    /// <summary>Lines with an answer.</summary>
    public required long Completed { get; init; }

    /// <summary>Lines that have failed. What is neither has no result, because the batch ended first.</summary>
    public required long Failed { get; init; }

    /// <summary>Tokens of all lines, as the providers counted them.</summary>
    public required TokenUsage Usage { get; init; }

    /// <summary>US dollars for them, or absent if a price is not known.</summary>
    public decimal? Cost { get; init; }

    /// <summary>The first thing that is wrong with the file, if it was refused.</summary>
    public string? Message { get; init; }

    /// <summary>When it was made. UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ended. UTC.</summary>
    public required DateTimeOffset FinishedAt { get; init; }
}
