using System.Runtime.CompilerServices;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Model;
using Millrace.Persistence.Quotas;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Files;

/// <summary>Files, each tenant's its own, in pieces: none of them is ever in memory as a whole.</summary>
public sealed class FileStore(IDatabase database, DatabaseOutage outage, QuotaTransactions quotas)
{
    /// <summary>The size of a piece.</summary>
    internal const int PartBytes = 1024 * 1024;

    private const string Columns = """
        SELECT id, tenant, name, purpose, state, bytes, batch_id, created_at, expires_at FROM files
        """;

    private readonly string isThere = $"state = '{FileState.Ready}' AND (expires_at IS NULL OR expires_at > {database.Sql.Now})";

    private readonly string add = $"""
        INSERT INTO files (id, tenant, name, purpose, state, bytes, batch_id, created_at, expires_at)
        VALUES ($1, $2, $3, $4, '{FileState.Uploading}', 0, NULL, {database.Sql.Now}, NULL) ON CONFLICT (id) DO NOTHING
        """;

    private readonly string ready = $"""
        UPDATE files SET state = '{FileState.Ready}', name = $2, purpose = $3, bytes = $4,
            created_at = {database.Sql.Now}, expires_at = {database.Sql.NowPlus("$5")} WHERE id = $1
        """;

    // The row of an output stays, or the next answer would bring it back
    private const string Hide = $"""
        UPDATE files SET state = '{FileState.Hidden}' WHERE id = $1 AND tenant = $2 AND batch_id IS NOT NULL
        """;

    private const string AddPart = """
        INSERT INTO file_parts (file_id, number, bytes) VALUES ($1, $2, $3) ON CONFLICT (file_id, number) DO NOTHING
        """;

    // Those that are being uploaded, too. What batches give is made from their lines, and takes no room of its own
    private const string Kept = """
        SELECT count(*) AS number, CAST(coalesce(sum(bytes), 0) AS bigint) AS bytes FROM files
        WHERE tenant = $1 AND id <> $2 AND batch_id IS NULL
        """;

    private readonly string expired = $"""
        SELECT id FROM files WHERE (expires_at IS NOT NULL AND expires_at <= {database.Sql.Now} AND batch_id IS NULL)
            OR (state = '{FileState.Uploading}' AND created_at < {database.Sql.NowPlus("$1")}) LIMIT 100
        """;

    /// <summary>Stores a file from a stream. What was begun and not ended is not there.</summary>
    /// <param name="file">Its id, tenant, name and purpose; an id that is taken is an error.</param>
    /// <param name="content">What is in it.</param>
    /// <param name="lifetime">How long it is kept; absent: until it is deleted.</param>
    /// <param name="cancellation">Ends it; what is stored by then goes.</param>
    public Task<StoredFile> AddAsync(
        StoredFile file, Stream content, TimeSpan? lifetime, CancellationToken cancellation) =>
        AddAsync(file, content, _ => Task.FromResult(lifetime), quota: null, cancellation);

    /// <summary>The same, for who learns only behind the content what it is for.</summary>
    /// <param name="file">Its id and tenant; an id that is taken is an error.</param>
    /// <param name="content">What is in it.</param>
    /// <param name="settle">Called when the content is stored: gives the file its name and purpose, and says how long
    /// it is kept. What it throws undoes everything.</param>
    /// <param name="quota">What the tenant may keep, exactly, over all processes that ask so; null for
    /// anything.</param>
    /// <param name="cancellation">Ends it; what is stored by then goes.</param>
    /// <exception cref="QuotaExceededException">The tenant may not keep so much; nothing of the file is
    /// kept.</exception>
    public async Task<StoredFile> AddAsync(
        StoredFile file, Stream content, Func<StoredFile, Task<TimeSpan?>> settle, Quota? quota,
        CancellationToken cancellation)
    {
        await BeginAsync(file, quota, cancellation);
        try
        {
            var bytes = await StoreAsync(file, content, quota, cancellation);
            var lifetime = await settle(file);
            await outage.ExecuteAsync(
                ready, cancellation, file.Id, file.Name, file.Purpose, bytes,
                lifetime is { } kept ? (long?)kept.TotalMilliseconds : null);
        }
        catch (Exception)
        {
            await DeleteAsync(file.Tenant, file.Id, CancellationToken.None);
            throw;
        }
        return (await FindAsync(file.Tenant, file.Id, cancellation))!;
    }

    /// <summary>The file, or null if this tenant has none of that id, or not any more.</summary>
    public Task<StoredFile?> FindAsync(string tenant, Guid id, CancellationToken cancellation) =>
        outage.FindAsync($"{Columns} WHERE id = $1 AND tenant = $2 AND {isThere}", Read, cancellation, id, tenant);

    /// <summary>A tenant's files, the latest first or last.</summary>
    public Task<List<StoredFile>> ListAsync(
        string tenant, string? purpose, ListCursor? after, bool latestFirst, int limit, CancellationToken cancellation)
    {
        var (values, conditions) = (new List<object?> { tenant, limit }, "");
        if (purpose is not null)
        {
            values.Add(purpose);
            conditions += $" AND purpose = ${values.Count}";
        }
        if (after is not null)
        {
            values.AddRange([database.Sql.Time(after.CreatedAt), after.Id]);
            conditions += $" AND (created_at, id) {(latestFirst ? '<' : '>')} (${values.Count - 1}, ${values.Count})";
        }
        var order = latestFirst ? "created_at DESC, id DESC" : "created_at, id";
        return outage.QueryAsync(
            $"{Columns} WHERE tenant = $1 AND {isThere}{conditions} ORDER BY {order} LIMIT $2", Read, cancellation,
            [.. values]);
    }

    /// <summary>
    /// Removes a file with its pieces; what a batch gives is only hidden. False if this tenant has none of that id.
    /// </summary>
    public Task<bool> DeleteAsync(string tenant, Guid id, CancellationToken cancellation) =>
        outage.TransactAsync(async transaction =>
        {
            if (await transaction.ExecuteAsync(Hide, id, tenant) > 0) return true;
            if (await transaction.ExecuteAsync("DELETE FROM files WHERE id = $1 AND tenant = $2", id, tenant) == 0)
                return false;
            await transaction.ExecuteAsync("DELETE FROM file_parts WHERE file_id = $1", id);
            return true;
        }, cancellation);

    /// <summary>Its pieces, one after the other.</summary>
    public async IAsyncEnumerable<byte[]> ReadAsync(Guid id, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var number = 0; ; number++)
        {
            var next = number;
            var part = await outage.QueryAsync(
                "SELECT bytes FROM file_parts WHERE file_id = $1 AND number = $2", row => row.GetOnly<byte[]>(),
                cancellation, id, next);
            if (part.Count == 0) yield break;
            yield return part[0];
        }
    }

    /// <summary>Writes down how long an output is.</summary>
    public Task MeasureAsync(Guid id, long bytes, CancellationToken cancellation) =>
        outage.ExecuteAsync("UPDATE files SET bytes = $2 WHERE id = $1", cancellation, id, bytes);

    /// <summary>
    /// Removes files whose time is over, and what is left of uploads that broke off. How many there were.
    /// </summary>
    public async Task<int> ForgetAsync(TimeSpan longestUpload, CancellationToken cancellation)
    {
        var old = await database.QueryAsync(
            expired, row => row.GetOnly<Guid>(), cancellation, -(long)longestUpload.TotalMilliseconds);
        await EachInTurn.DoAsync(old, async id =>
        {
            await database.ExecuteAsync("DELETE FROM file_parts WHERE file_id = $1", cancellation, id);
            await database.ExecuteAsync("DELETE FROM files WHERE id = $1", cancellation, id);
        }, cancellation);
        return old.Count;
    }

    private async Task BeginAsync(StoredFile file, Quota? quota, CancellationToken cancellation)
    {
        if (quota is null)
        {
            await outage.ExecuteAsync(add, cancellation, file.Id, file.Tenant, file.Name, file.Purpose);
            return;
        }
        await quotas.RunAsync(file.Tenant, quota.What, async transaction =>
        {
            quota.Check(file.Tenant, await QuotaTransactions.OthersAsync(transaction, Kept, file.Tenant, file.Id), 1, 0);
            return await transaction.ExecuteAsync(add, file.Id, file.Tenant, file.Name, file.Purpose);
        }, cancellation);
    }

    private async Task<long> StoreAsync(StoredFile file, Stream content, Quota? quota, CancellationToken cancellation)
    {
        var (buffer, bytes) = (new byte[PartBytes], 0L);
        for (var number = 0; ; number++)
        {
            var read = await content.ReadAtLeastAsync(buffer, PartBytes, throwOnEndOfStream: false, cancellation);
            if (read == 0) return bytes;
            bytes += read;
            await StoreAsync(file, number, read == PartBytes ? buffer : buffer[..read], bytes, quota, cancellation);
        }
    }

    /// <summary>
    /// With a quota each piece has to find room, beside what other files take meanwhile: the file's row says how long
    /// it is by now.
    /// </summary>
    private async Task StoreAsync(
        StoredFile file, int number, byte[] part, long bytes, Quota? quota, CancellationToken cancellation)
    {
        if (quota is null)
        {
            await outage.ExecuteAsync(AddPart, cancellation, file.Id, number, part);
            return;
        }
        await quotas.RunAsync(file.Tenant, quota.What, async transaction =>
        {
            quota.Check(
                file.Tenant, await QuotaTransactions.OthersAsync(transaction, Kept, file.Tenant, file.Id), 0, bytes);
            await transaction.ExecuteAsync("UPDATE files SET bytes = $2 WHERE id = $1", file.Id, bytes);
            return await transaction.ExecuteAsync(AddPart, file.Id, number, part);
        }, cancellation);
    }

    private StoredFile Read(Row row) => new()
    {
        Id = row.GetGuid("id"),
        Tenant = row.GetString("tenant"),
        Name = row.GetString("name"),
        Purpose = row.GetString("purpose"),
        State = row.GetString("state"),
        Bytes = row.GetInt64("bytes"),
        BatchId = row.GetGuidOrNull("batch_id"),
        CreatedAt = row.GetTime("created_at"),
        ExpiresAt = row.GetTimeOrNull("expires_at"),
    };
}
