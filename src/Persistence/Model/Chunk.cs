namespace Millrace.Persistence.Model;

/// <summary>One piece of a stream in the log.</summary>
public sealed class Chunk
{
    public Guid GenerationId { get; set; }
    public long Sequence { get; set; }
    public int Epoch { get; set; }
    public int Step { get; set; }
    public required string Kind { get; set; }

    /// <summary>The variable part of the event as JSON: text, tool call, keep-through.</summary>
    public required string Payload { get; set; }

    public DateTimeOffset ProducedAt { get; set; }
}
