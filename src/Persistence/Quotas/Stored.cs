namespace Millrace.Persistence.Quotas;

/// <summary>What a tenant keeps of something.</summary>
public sealed record Stored(long Count, long Bytes);
