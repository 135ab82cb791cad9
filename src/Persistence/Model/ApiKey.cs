namespace Millrace.Persistence.Model;

/// <summary>A key to the gateway. What it begins with finds it; the rest is known by its hash only.</summary>
internal sealed class ApiKey
{
    public Guid Id { get; set; }
    public required string Tenant { get; set; }
    public required string Name { get; set; }

    /// <summary>What the key begins with, unique: shown in lists, and found by.</summary>
    public required string Prefix { get; set; }

    /// <summary>SHA-256 of the whole key. It is random, so it needs no salt and no slow hash.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>What it may do, separated by spaces.</summary>
    public required string Scopes { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
    public int? RequestsPerMinute { get; set; }

    /// <summary>Input and output together, counted when a generation has ended.</summary>
    public int? TokensPerMinute { get; set; }

    /// <summary>Generations that have not ended.</summary>
    public int? MaxConcurrent { get; set; }
}
