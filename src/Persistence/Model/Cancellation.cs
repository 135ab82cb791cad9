namespace Millrace.Persistence;

/// <summary>A wish to end a generation, which may arrive before the generation itself.</summary>
public sealed class Cancellation
{
    public Guid GenerationId { get; set; }
    public string? Reason { get; set; }
    public DateTimeOffset RequestedAt { get; set; }
}
