using Millrace.Persistence.Model;

namespace Millrace.Persistence.Batches;

/// <summary>What has come of a line.</summary>
public sealed record BatchResult
{
    public required long Number { get; init; }

    public long? Position { get; init; }

    public required string CustomId { get; init; }

    public required string Form { get; init; }

    /// <summary>One of <see cref="BatchLineState"/>; pending: the batch ended before it could run.</summary>
    public required string State { get; init; }

    public required Guid GenerationId { get; init; }

    public required string Request { get; init; }

    /// <summary>The terminal event of its generation as JSON; absent if it never ran.</summary>
    public string? Outcome { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>What it cost, in billionths of a dollar, if its price is known.</summary>
    public long? CostNanos { get; init; }
}
