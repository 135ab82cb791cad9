namespace Millrace.Persistence.Access;

/// <summary>A key as a gateway checks it.</summary>
public sealed record StoredApiKey(
    Guid Id, string Tenant, byte[] Hash, string Scopes, bool IsRevoked, bool HasExpired, bool IsLimited);
