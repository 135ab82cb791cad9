using System.Security.Authentication;
using System.Security.Cryptography;
using Millrace.Client.Errors;
using Millrace.Client.RabbitMq.Abstractions;
using Npgsql;

namespace Millrace.Client.RabbitMq.Attachments;

/// <summary>Writes to the workers' table straight: bytes of this size would block a broker's queues. It connects at the first upload.</summary>
internal sealed class PostgresUploads(string? connectionString, TimeProvider time) : IContentUploads, IAsyncDisposable
{
    private const string Add = """
        INSERT INTO contents (id, tenant, media_type, name, bytes, sha256, created_at, used_at) VALUES ($1, $2, $3, $4, $5, $6, now(), now())
        """;

    private const string Delete = "DELETE FROM contents WHERE id = $1 AND tenant = $2";

    private readonly Lazy<NpgsqlDataSource> source = new(() => Open(connectionString));

    public async Task<Guid> AddAsync(string tenant, string mediaType, string? name, byte[] bytes, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow());
        await ExecuteAsync(Add, $"store {bytes.Length:N0} bytes", cancellationToken, id, tenant, mediaType, name, bytes, SHA256.HashData(bytes));
        return id;
    }

    public async Task<bool> DeleteAsync(string tenant, Guid contentId, CancellationToken cancellationToken) =>
        await ExecuteAsync(Delete, $"remove {contentId}", cancellationToken, contentId, tenant) > 0;

    public async ValueTask DisposeAsync()
    {
        if (this.source.IsValueCreated)
            await this.source.Value.DisposeAsync();
    }

    private async Task<int> ExecuteAsync(string sql, string what, CancellationToken cancellationToken, params object?[] values)
    {
        await using var command = this.source.Value.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        try
        {
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            throw new InvalidOperationException(
                "The database of the connection string 'Postgres' has no table 'contents': it is not the workers' own, or its schema is older than this " +
                "client. A worker's 'migrate' brings it up to date.",
                e);
        }
        catch (NpgsqlException e)
        {
            throw new FleetUnreachableException($"The database did not {what}: {e.Message}{(e.InnerException is AuthenticationException refused ? $": {refused.Message}" : "")}", e);
        }
    }

    private static NpgsqlDataSource Open(string? connectionString)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            throw new InvalidOperationException(
                "No database is configured for uploads. Set the connection string 'Postgres' (ConnectionStrings:Postgres, or the environment variable " +
                "ConnectionStrings__Postgres), or MillraceClientOptions.Postgres, to the workers' database; or send the bytes as Attachment.Data.");
        }

        try
        {
            return NpgsqlDataSource.Create(connectionString);
        }
        catch (ArgumentException)
        {
            // Its own message repeats what it was given, password and all
            throw NotAConnectionString();
        }
    }

    private static InvalidOperationException NotAConnectionString() =>
        new("The connection string 'Postgres' is not one; it looks like Host=…;Database=millrace;Username=…;Password=….");
}
