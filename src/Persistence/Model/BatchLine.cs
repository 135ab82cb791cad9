namespace Millrace.Persistence.Model;

/// <summary>A line of a batch: what is to be generated, and what has come of it.</summary>
internal sealed class BatchLine
{
    public Guid BatchId { get; set; }

    /// <summary>Its line in the file, from 1. Empty lines count and have no row.</summary>
    public long Number { get; set; }

    public required string CustomId { get; set; }

    /// <summary>The form of its result: <see cref="BatchLineForm"/>.</summary>
    public required string Form { get; set; }

    public required string State { get; set; }

    /// <summary>How often its run was begun anew.</summary>
    public int Round { get; set; }

    public Guid GenerationId { get; set; }
    public required string Lane { get; set; }
    public required string Provider { get; set; }
    public required string Model { get; set; }
    public required string Request { get; set; }
    public required byte[] RequestHash { get; set; }

    /// <summary>What it may cost, in billionths of a dollar; 0 without a price.</summary>
    public long EstimateNanos { get; set; }

    /// <summary>Its place in the output, in the order in which lines end.</summary>
    public long? Position { get; set; }
}
