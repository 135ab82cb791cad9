namespace Millrace.Persistence.Model;

/// <summary>A wish to end a generation, which may arrive before the generation itself.</summary>
internal sealed class Cancellation
{
    public Guid GenerationId { get; set; }
    public string? Reason { get; set; }

    /// <summary>The generation's messages do not enter its session, whatever state it ends in.</summary>
    public bool Rollback { get; set; }

    public DateTimeOffset RequestedAt { get; set; }
}
