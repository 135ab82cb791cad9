using System.Security.Cryptography;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Contents;

/// <summary>
/// Puts contents together that come in pieces, in any order and to any worker. Until it is whole, an upload is a file that is being uploaded, with its parts:
/// <see cref="FileStore.ForgetAsync"/> removes what a producer has left behind.
/// </summary>
public sealed class UploadStore(IDatabase database, DatabaseOutage outage) : IDisposable
{
    private const string Purpose = "content";

    private const string Find = "SELECT 1 FROM contents WHERE id = $1 AND tenant = $2";

    private const string AddPart = "INSERT INTO file_parts (file_id, number, bytes) VALUES ($1, $2, $3) ON CONFLICT (file_id, number) DO NOTHING";

    private const string CountParts = "SELECT count(*) FROM file_parts WHERE file_id = $1";

    private const string ReadParts = "SELECT bytes FROM file_parts WHERE file_id = $1 ORDER BY number";

    private const string DeleteParts = "DELETE FROM file_parts WHERE file_id = $1";

    private const string DeleteFile = "DELETE FROM files WHERE id = $1";

    // Holds the row, so that whoever removes the upload waits for this piece and removes it, too
    private readonly string begin = $"""
        INSERT INTO files (id, tenant, name, purpose, state, bytes, batch_id, created_at, expires_at)
        VALUES ($1, $2, '', '{Purpose}', '{FileState.Uploading}', 0, NULL, {database.Sql.Now}, NULL) ON CONFLICT (id) DO UPDATE SET name = files.name
        """;

    private readonly string add = $"""
        INSERT INTO contents (id, tenant, media_type, name, bytes, sha256, created_at, used_at)
        VALUES ($1, $2, $3, $4, $5, $6, {database.Sql.Now}, {database.Sql.Now}) ON CONFLICT (id) DO NOTHING
        """;

    // Only here is a content in memory as a whole
    private readonly SemaphoreSlim oneAtATime = new(1);

    /// <summary>Keeps a piece, and stores the whole when it was the last one that was missing. The same piece again changes nothing.</summary>
    /// <param name="upload">What it is a piece of.</param>
    /// <param name="number">Which piece, from 0.</param>
    /// <param name="piece">As many bytes as <see cref="UploadedContent.LengthOf"/> says.</param>
    /// <param name="cancellation">Ends the work; the piece may be kept.</param>
    public async Task<UploadState> TakeAsync(
        UploadedContent upload, int number, byte[] piece, CancellationToken cancellation)
    {
        var id = upload.ContentId;
        if (await IsStoredAsync(upload.Tenant, id, cancellation))
            return UploadState.Stored;
        await outage.TransactAsync(async transaction =>
        {
            await transaction.ExecuteAsync(begin, id, upload.Tenant);
            return await transaction.ExecuteAsync(AddPart, id, number, piece);
        }, cancellation);
        var parts = await outage.QueryAsync(CountParts, row => row.GetOnly<long>(), cancellation, id);
        if (parts.Single() < upload.Pieces)
            return await WhatElseAsync(upload, id, cancellation);
        await oneAtATime.WaitAsync(cancellation);
        try
        {
            return await StoreAsync(upload, id, cancellation);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    public void Dispose() => oneAtATime.Dispose();

    private async Task<UploadState> StoreAsync(UploadedContent upload, Guid id, CancellationToken cancellation)
    {
        var (bytes, length) = await JoinAsync(upload, id, cancellation);
        if (length != upload.Length)
            return await WhatElseAsync(upload, id, cancellation);
        var hash = SHA256.HashData(bytes);
        if (Convert.ToHexStringLower(hash) != upload.Sha256)
        {
            await RemovePartsAsync(id, cancellation);
            return UploadState.Damaged;
        }

        await outage.TransactAsync(async transaction =>
        {
            await transaction.ExecuteAsync(add, id, upload.Tenant, upload.MediaType, upload.Name, bytes, hash);
            await transaction.ExecuteAsync(DeleteFile, id);
            return await transaction.ExecuteAsync(DeleteParts, id);
        }, cancellation);
        return UploadState.Stored;
    }

    /// <summary>The parts one behind the other, and how long they are together: shorter when another worker has been faster.</summary>
    private async Task<(byte[] Bytes, int Length)> JoinAsync(
        UploadedContent upload, Guid id, CancellationToken cancellation)
    {
        var bytes = new byte[upload.Length];
        var length = 0;
        await outage.WaitOutAsync(token =>
        {
            length = 0;
            return database.QueryAsync(
                ReadParts, row => length += Copy(row.GetOnly<byte[]>(), bytes.AsSpan(length)), token, id);
        }, cancellation);
        return (bytes, length);
    }

    private static int Copy(byte[] part, Span<byte> rest)
    {
        part.CopyTo(rest);
        return part.Length;
    }

    /// <summary>Parts are missing: they have not come, or another worker has stored the whole in the meantime.</summary>
    private async Task<UploadState> WhatElseAsync(UploadedContent upload, Guid id, CancellationToken cancellation)
    {
        if (!await IsStoredAsync(upload.Tenant, id, cancellation))
            return UploadState.Partial;
        await RemovePartsAsync(id, cancellation);
        return UploadState.Stored;
    }

    private async Task<bool> IsStoredAsync(string tenant, Guid id, CancellationToken cancellation) =>
        (await outage.QueryAsync(Find, _ => 0, cancellation, id, tenant)).Count > 0;

    private Task<int> RemovePartsAsync(Guid id, CancellationToken cancellation) =>
        outage.TransactAsync(async transaction =>
        {
            await transaction.ExecuteAsync(DeleteFile, id);
            return await transaction.ExecuteAsync(DeleteParts, id);
        }, cancellation);
}
