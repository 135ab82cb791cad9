using System.Net.Sockets;
using Millrace.Persistence.Model;
using Npgsql;
using NpgsqlTypes;

namespace Millrace.Persistence.Sql;

/// <summary>
/// Postgres through one pooled data source. A batch is one implicit transaction; statements are prepared on their
/// second use.
/// </summary>
public sealed class PostgresDatabase : IDatabase, IAsyncDisposable
{
    private readonly NpgsqlDataSource source;
    private readonly string connectionString;

    public PostgresDatabase(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 64, AutoPrepareMinUsages = 2 };
        if (!settings.ContainsKey("Application Name")) settings.ApplicationName = "millrace";
        this.connectionString = settings.ConnectionString;
        source = NpgsqlDataSource.Create(this.connectionString);
    }

    public SqlDialect Sql { get; } = new PostgresDialect();

    public async Task CommitAsync(IReadOnlyList<IdempotentStatement> statements, CancellationToken cancellation)
    {
        await using var batch = source.CreateBatch();
        foreach (var statement in statements)
        {
            var command = new NpgsqlBatchCommand(statement.Sql);
            AddValues(command.Parameters, statement.Values);
            batch.BatchCommands.Add(command);
        }
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        // The reader passes over statements that return nothing, and has run the rest of them when there is no further
        // result
        foreach (var statement in statements.Where(statement => statement.ReturnsRows))
        {
            await statement.ReadAsync(reader, Sql, cancellation);
            await reader.NextResultAsync(cancellation);
        }
        for (var i = 0; i < statements.Count; i++) statements[i].SetChanged(batch.BatchCommands[i].RecordsAffected);
    }

    public async Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> work, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var result = await work(new Transaction(this, connection, cancellation));
        await transaction.CommitAsync(cancellation);
        return result;
    }

    public async Task<List<T>> QueryAsync<T>(
        string sql, Func<Row, T> read, CancellationToken cancellation, params object?[] values)
    {
        await using var command = source.CreateCommand(sql);
        AddValues(command.Parameters, values);
        return await command.ReadAllAsync(Sql, read, cancellation);
    }

    public async Task<int> ExecuteAsync(string sql, CancellationToken cancellation, params object?[] values)
    {
        await using var command = source.CreateCommand(sql);
        AddValues(command.Parameters, values);
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    public Task<List<T>> ExecuteAsync<T>(
        string sql, Func<Row, T> read, CancellationToken cancellation, params object?[] values) =>
        QueryAsync(sql, read, cancellation, values);

    public async Task<ISession> OpenSessionAsync(CancellationToken cancellation) =>
        new Session(this, await source.OpenConnectionAsync(cancellation));

    MillraceContext IDatabase.OpenContext() => new PostgresMillraceContext(Contexts.Postgres(connectionString).Options);

    public bool IsTransient(Exception fault) => fault switch
    {
        // What Npgsql calls transient (full disk, too many connections, deadlock, lost connection …), and a server that
        // is shutting down, starting, failing over or was told to cancel
        PostgresException { IsTransient: true } => true,
        PostgresException { SqlState: "57P01" or "57P02" or "57P03" or "57P05" or "57014" or "25006" } => true,
        PostgresException => false,
        NpgsqlException { InnerException: IOException or SocketException or TimeoutException } => true,
        NpgsqlException { IsTransient: true } => true,
        IOException or SocketException or TimeoutException => true,
        _ => false,
    };

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private sealed class Session(PostgresDatabase database, NpgsqlConnection connection) : ISession
    {
        public Task<List<T>> QueryAsync<T>(
            string sql, Func<Row, T> read, CancellationToken cancellation, params object?[] values) =>
            database.ReadAsync(connection, sql, read, values, cancellation);

        public Task<int> ExecuteAsync(string sql, CancellationToken cancellation, params object?[] values) =>
            ChangeAsync(connection, sql, values, cancellation);

        public Task<List<T>> ExecuteAsync<T>(
            string sql, Func<Row, T> read, CancellationToken cancellation, params object?[] values) =>
            database.ReadAsync(connection, sql, read, values, cancellation);

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }

    private sealed class Transaction(
        PostgresDatabase database, NpgsqlConnection connection, CancellationToken cancellation) : ITransaction
    {
        public Task<List<T>> QueryAsync<T>(string sql, Func<Row, T> read, params object?[] values) =>
            database.ReadAsync(connection, sql, read, values, cancellation);

        public Task<int> ExecuteAsync(string sql, params object?[] values) =>
            ChangeAsync(connection, sql, values, cancellation);

        public async Task CopyAsync(string table, IReadOnlyList<CopyColumn> columns, IEnumerable<object?[]> rows)
        {
            await using var copy = await connection.BeginBinaryImportAsync(
                $"COPY {table} ({string.Join(", ", columns.Select(column => column.Name))}) FROM STDIN (FORMAT binary)", cancellation);
            foreach (var row in rows)
            {
                await copy.StartRowAsync(cancellation);
                for (var i = 0; i < row.Length; i++)
                {
                    if (row[i] is not { } value) await copy.WriteNullAsync(cancellation);
                    else if (columns[i].IsJson) await copy.WriteAsync((string)value, NpgsqlDbType.Json, cancellation);
                    else await copy.WriteAsync(value, cancellation);
                }
            }
            await copy.CompleteAsync(cancellation);
        }
    }

    private async Task<List<T>> ReadAsync<T>(
        NpgsqlConnection connection, string sql, Func<Row, T> read, object?[] values, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        AddValues(command.Parameters, values);
        return await command.ReadAllAsync(Sql, read, cancellation);
    }

    private static async Task<int> ChangeAsync(
        NpgsqlConnection connection, string sql, object?[] values, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        AddValues(command.Parameters, values);
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    private static void AddValues(NpgsqlParameterCollection parameters, object?[] values)
    {
        foreach (var value in values) parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
    }
}
