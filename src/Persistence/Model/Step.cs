namespace Millrace.Persistence.Model;

/// <summary>
/// A provider call that ended in tool calls. The calls follow from it, and the next step from their results.
/// </summary>
internal sealed class Step
{
    public Guid GenerationId { get; set; }

    /// <summary>From 1.</summary>
    public int Number { get; set; }

    public required string Provider { get; set; }
    public required string Model { get; set; }

    /// <summary>What the model said before it called: its text and its reasoning, as JSON.</summary>
    public required string Content { get; set; }

    /// <summary>The last chunk of the step.</summary>
    public long Through { get; set; }

    /// <summary>The provider's own count, as JSON.</summary>
    public string? Usage { get; set; }

    /// <summary>What it cost when it was made, in billionths of a US dollar. Absent: not known.</summary>
    public long? CostNanos { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}
