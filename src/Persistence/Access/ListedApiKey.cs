namespace Millrace.Persistence.Access;

/// <summary>A key as a list shows it.</summary>
public sealed record ListedApiKey
{
    public required Guid Id { get; init; }

    public required string Prefix { get; init; }

    public required string Name { get; init; }

    public required string Tenant { get; init; }

    public required string Scopes { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public int? RequestsPerMinute { get; init; }

    public int? TokensPerMinute { get; init; }

    public int? MaxConcurrent { get; init; }

    public DateTimeOffset? LastGenerationAt { get; init; }
}
