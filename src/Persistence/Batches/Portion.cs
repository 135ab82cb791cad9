namespace Millrace.Persistence.Batches;

/// <summary>How much of something is let go now.</summary>
public sealed record Portion(OffLane Of, int Count);
