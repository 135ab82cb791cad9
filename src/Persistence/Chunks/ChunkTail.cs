namespace Millrace.Persistence.Chunks;

/// <summary>Where the log of a generation ends.</summary>
public sealed record ChunkTail(long Sequence, string Kind);
