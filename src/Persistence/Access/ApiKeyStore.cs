using Millrace.Persistence.Commit;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Access;

/// <summary>The keys to the gateways.</summary>
public sealed class ApiKeyStore(IDatabase database, DatabaseOutage outage, TimeProvider time)
{
    private readonly string add = $"""
        INSERT INTO api_keys (id, tenant, name, prefix, hash, scopes, created_at, expires_at, requests_per_minute,
            tokens_per_minute, max_concurrent)
        VALUES ($1, $2, $3, $4, $5, $6, {database.Sql.Now}, {database.Sql.NowPlus("$7")}, $8, $9, $10)
        ON CONFLICT (id) DO NOTHING
        """;

    private readonly string find = $"""
        SELECT id, tenant, hash, scopes,
            revoked_at IS NOT NULL AS is_revoked,
            expires_at IS NOT NULL AND expires_at <= {database.Sql.Now} AS has_expired,
            requests_per_minute IS NOT NULL OR tokens_per_minute IS NOT NULL OR max_concurrent IS NOT NULL AS is_limited
        FROM api_keys WHERE prefix = $1
        """;

    private const string All = """
        SELECT id, prefix, name, tenant, scopes, created_at, expires_at, revoked_at, requests_per_minute,
            tokens_per_minute, max_concurrent,
            (SELECT max(made_at) FROM api_key_uses u WHERE u.key_id = api_keys.id) AS last_generation_at
        FROM api_keys ORDER BY created_at, id
        """;

    private readonly string revoke = $"""
        UPDATE api_keys SET revoked_at = coalesce(revoked_at, {database.Sql.Now}) WHERE id = $1
        """;

    /// <summary>Makes a key. Its text is here and nowhere else.</summary>
    public async Task<(Guid Id, string Key)> AddAsync(NewApiKey key, CancellationToken cancellation)
    {
        var (id, text) = (Guid.CreateVersion7(time.GetUtcNow()), ApiKeySecret.Create());
        long? lifetime = key.Lifetime is { } lasts ? (long)lasts.TotalMilliseconds : null;
        await outage.ExecuteAsync(
            add, cancellation, id, key.Tenant, key.Name, ApiKeySecret.PrefixOf(text), ApiKeySecret.HashOf(text),
            key.Scopes, lifetime, key.RequestsPerMinute, key.TokensPerMinute, key.MaxConcurrent);
        return (id, text);
    }

    /// <summary>The key that begins so, or null.</summary>
    public Task<StoredApiKey?> FindAsync(string prefix, CancellationToken cancellation) =>
        outage.FindAsync(find, ReadStoredApiKey, cancellation, prefix);

    /// <summary>All of them, the oldest first, also those that are not valid any more.</summary>
    public Task<List<ListedApiKey>> ListAsync(CancellationToken cancellation) =>
        outage.QueryAsync(All, Read, cancellation);

    /// <summary>Ends a key. False if there is none of that id; one that was revoked before stays as it was.</summary>
    public async Task<bool> RevokeAsync(Guid id, CancellationToken cancellation) =>
        await outage.ExecuteAsync(revoke, cancellation, id) > 0;

    private static ListedApiKey Read(Row row) => new()
    {
        Id = row.GetGuid("id"),
        Prefix = row.GetString("prefix"),
        Name = row.GetString("name"),
        Tenant = row.GetString("tenant"),
        Scopes = row.GetString("scopes"),
        CreatedAt = row.GetTime("created_at"),
        ExpiresAt = row.GetTimeOrNull("expires_at"),
        RevokedAt = row.GetTimeOrNull("revoked_at"),
        RequestsPerMinute = row.GetInt32OrNull("requests_per_minute"),
        TokensPerMinute = row.GetInt32OrNull("tokens_per_minute"),
        MaxConcurrent = row.GetInt32OrNull("max_concurrent"),
        LastGenerationAt = row.GetTimeOrNull("last_generation_at"),
    };

    private static StoredApiKey ReadStoredApiKey(Row row) => new(
        row.GetGuid("id"),
        row.GetString("tenant"),
        row.GetBytes("hash"),
        row.GetString("scopes"),
        row.GetBoolean("is_revoked"),
        row.GetBoolean("has_expired"),
        row.GetBoolean("is_limited"));
}
