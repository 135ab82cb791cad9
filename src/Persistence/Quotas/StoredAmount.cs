namespace Millrace.Persistence.Quotas;

/// <summary>What a tenant keeps of something.</summary>
public sealed record StoredAmount(long Count, long Bytes);
