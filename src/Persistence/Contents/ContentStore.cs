using System.Security.Cryptography;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Quotas;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Contents;

/// <summary>Bytes that are too large for the broker, by id. One tenant does not see another's.</summary>
public sealed class ContentStore(IDatabase database, DatabaseOutage outage, QuotaTransactions quotas, TimeProvider time)
{
    private static readonly long Hour = (long)TimeSpan.FromHours(1).TotalMilliseconds;

    private readonly string add = $"""
        INSERT INTO contents (id, tenant, media_type, name, bytes, sha256, created_at, used_at)
        VALUES ($1, $2, $3, $4, $5, $6, {database.Sql.Now}, {database.Sql.Now}) ON CONFLICT (id) DO NOTHING
        """;

    private const string Described = """
        SELECT media_type, name, length(bytes) AS length,
            CASE WHEN media_type LIKE 'image/%' OR length(bytes) > $3 THEN substr(bytes, 1, 16) ELSE bytes END AS head
        FROM contents WHERE id = $1 AND tenant = $2
        """;

    private const string Whole = """
        SELECT media_type, name, bytes FROM contents WHERE id = $1 AND tenant = $2 AND (media_type LIKE 'image/%') = $3
        """;

    // The sizes are known without the bytes
    private const string Kept = """
        SELECT count(*) AS number, CAST(coalesce(sum(length(bytes)), 0) AS bigint) AS bytes FROM contents
        WHERE tenant = $1 AND id <> $2
        """;

    private const string Listed = """
        SELECT id, media_type, name, length(bytes) AS length FROM contents WHERE tenant = $1
        """;

    // Not at every use: a row is written anew as a whole
    private readonly string use = $"""
        UPDATE contents SET used_at = {database.Sql.Now} WHERE id = $1 AND used_at < {database.Sql.NowPlus("$2")}
        """;

    /// <summary>Stores bytes under a new id, which it returns.</summary>
    public async Task<Guid> AddAsync(string tenant, StoredContent content, CancellationToken cancellation)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow());
        await outage.ExecuteAsync(
            add, cancellation, id, tenant, content.MediaType, content.Name, content.Bytes,
            SHA256.HashData(content.Bytes));
        return id;
    }

    /// <summary>
    /// Stores bytes under a new id, which it returns, if their tenant may keep so much; exactly, over all processes
    /// that ask so.
    /// </summary>
    /// <exception cref="QuotaExceededException">It may not.</exception>
    public Task<Guid> AddAsync(string tenant, StoredContent content, Quota quota, CancellationToken cancellation)
    {
        var (id, hash) = (Guid.CreateVersion7(time.GetUtcNow()), SHA256.HashData(content.Bytes));
        return quotas.RunAsync(tenant, quota.What, async transaction =>
        {
            quota.Check(
                tenant, await QuotaTransactions.OthersAsync(transaction, Kept, tenant, id), 1, content.Bytes.Length);
            await transaction.ExecuteAsync(add, id, tenant, content.MediaType, content.Name, content.Bytes, hash);
            return id;
        }, cancellation);
    }

    /// <summary>A tenant's contents without their bytes, the latest first, behind one of them.</summary>
    public Task<List<ListedContent>> ListAsync(string tenant, Guid? after, int limit, CancellationToken cancellation) =>
        outage.WaitOutAsync(token => after is { } last
            ? database.QueryAsync(
                $"{Listed} AND id < $3 ORDER BY id DESC LIMIT $2", ReadListed, token, tenant, limit, last)
            : database.QueryAsync($"{Listed} ORDER BY id DESC LIMIT $2", ReadListed, token, tenant, limit), cancellation);

    /// <summary>Removes bytes, whatever refers to them. False if the tenant has none of that id.</summary>
    public async Task<bool> DeleteAsync(string tenant, Guid id, CancellationToken cancellation) =>
        await outage.ExecuteAsync("DELETE FROM contents WHERE id = $1 AND tenant = $2", cancellation, id, tenant) > 0;

    /// <summary>What is there under an id, for who wants to check it; null if nothing is. It counts as a use.</summary>
    public async Task<ContentHead?> FindAsync(string tenant, Guid id, int longestText, CancellationToken cancellation)
    {
        var found = await outage.QueryAsync(Described, Read, cancellation, id, tenant, longestText);
        if (found.Count > 0) await UseAsync(id, cancellation);
        return found.SingleOrDefault();
    }

    /// <summary>
    /// A picture, or else a text, with all its bytes; null if there is none under the id. It counts as a use.
    /// </summary>
    public async Task<StoredContent?> ReadAsync(string tenant, Guid id, bool image, CancellationToken cancellation)
    {
        var found = await outage.QueryAsync(
            Whole,
            row => new StoredContent(row.GetString("media_type"), row.GetStringOrNull("name"), row.GetBytes("bytes")),
            cancellation, id, tenant, image);
        if (found.Count > 0) await UseAsync(id, cancellation);
        return found.SingleOrDefault();
    }

    /// <summary>Removes what has not been used for the retention. How many there were.</summary>
    public Task<int> ForgetAsync(TimeSpan retention, CancellationToken cancellation) =>
        database.ExecuteAsync(
            $"DELETE FROM contents WHERE used_at < {database.Sql.NowPlus("$1")}", cancellation, -(long)retention.TotalMilliseconds);

    private static ListedContent ReadListed(Row row) => new(
        row.GetGuid("id"),
        row.GetString("media_type"),
        row.GetStringOrNull("name"),
        row.GetInt64("length"));

    private async Task UseAsync(Guid id, CancellationToken cancellation) =>
        await outage.ExecuteAsync(use, cancellation, id, -Hour);

    private static ContentHead Read(Row row) => new(
        row.GetString("media_type"),
        row.GetStringOrNull("name"),
        row.GetInt64("length"),
        row.GetBytes("head"));
}
