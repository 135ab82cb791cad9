namespace Millrace.Persistence.Chunks;

/// <summary>One chunk on its way into the log.</summary>
public sealed record NewChunk(long Sequence, int Step, string Kind, string Payload);
