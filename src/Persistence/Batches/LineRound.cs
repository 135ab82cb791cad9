namespace Millrace.Persistence.Batches;

/// <summary>A line as it was begun the last time.</summary>
public sealed record LineRound(long Number, int Round, string Request);
