namespace Millrace.Persistence;

/// <summary>What a tenant keeps of something.</summary>
public sealed record Stored(long Count, long Bytes);
