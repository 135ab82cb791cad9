namespace Millrace.Persistence.Access;

/// <summary>A key as a list shows it.</summary>
public sealed record ListedApiKey(
    Guid Id, string Prefix, string Name, string Tenant, string Scopes, DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt, int? RequestsPerMinute, int? TokensPerMinute,
    int? MaxConcurrent, DateTimeOffset? LastGenerationAt);
