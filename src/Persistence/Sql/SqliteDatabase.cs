using System.Data.Common;
using Microsoft.Data.Sqlite;
using Millrace.Persistence.Model;

namespace Millrace.Persistence.Sql;

/// <summary>A SQLite file in WAL mode: one writer at a time, readers beside it.</summary>
public sealed class SqliteDatabase(string path) : IDatabase, IDisposable
{
    private readonly string connectionString =
        new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30, Pooling = true }.ConnectionString;

    private readonly SemaphoreSlim writer = new(1);

    public string Path => path;

    public SqlDialect Sql { get; } = new SqliteDialect();

    public Task CommitAsync(IReadOnlyList<IdempotentStatement> writes, CancellationToken cancellation) =>
        WriteAsync(async (connection, transaction) =>
        {
            foreach (var write in writes)
            {
                await using var command = Command(connection, write.Sql, write.Values);
                command.Transaction = transaction;
                await using var rows = await command.ExecuteReaderAsync(cancellation);
                await write.ReadAsync(rows, cancellation);
            }
            return true;
        }, cancellation);

    public Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> work, CancellationToken cancellation) =>
        WriteAsync((connection, transaction) => work(new Transaction(connection, transaction, cancellation)), cancellation);

    public async Task<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancellation, params object?[] values)
    {
        await using var connection = await OpenAsync(cancellation);
        await using var command = Command(connection, sql, values);
        return await command.ReadAllAsync(read, cancellation);
    }

    public async Task<ISession> OpenSessionAsync(CancellationToken cancellation) => new Session(await OpenAsync(cancellation));

    public MillraceContext OpenContext() => new SqliteMillraceContext(Contexts.Sqlite(connectionString).Options);

    public bool IsTransient(Exception fault) =>
        fault is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED };

    public void Dispose() => writer.Dispose();

    private async Task<T> WriteAsync<T>(Func<SqliteConnection, SqliteTransaction, Task<T>> work, CancellationToken cancellation)
    {
        await writer.WaitAsync(cancellation);
        try
        {
            await using var connection = await OpenAsync(cancellation);
            await using var transaction = connection.BeginTransaction(deferred: false);
            var result = await work(connection, transaction);
            await transaction.CommitAsync(cancellation);
            return result;
        }
        finally
        {
            writer.Release();
        }
    }

    private async Task<SqliteConnection> OpenAsync(CancellationToken cancellation)
    {
        var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync(cancellation);
        return connection;
    }

    private sealed class Session(SqliteConnection connection) : ISession
    {
        public async Task<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancellation, params object?[] values)
        {
            await using var command = Command(connection, sql, values);
            return await command.ReadAllAsync(read, cancellation);
        }

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }

    private sealed class Transaction(SqliteConnection connection, SqliteTransaction transaction, CancellationToken cancellation) : ITransaction
    {
        public async Task<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read, params object?[] values)
        {
            await using var command = Command(connection, sql, values);
            command.Transaction = transaction;
            return await command.ReadAllAsync(read, cancellation);
        }

        public async Task<int> ExecuteAsync(string sql, params object?[] values)
        {
            await using var command = Command(connection, sql, values);
            command.Transaction = transaction;
            return await command.ExecuteNonQueryAsync(cancellation);
        }

        public async Task CopyAsync(string table, IReadOnlyList<CopyColumn> columns, IEnumerable<object?[]> rows)
        {
            var names = string.Join(", ", columns.Select(column => column.Name));
            var sql = $"INSERT INTO {table} ({names}) VALUES ({string.Join(", ", Enumerable.Range(1, columns.Count).Select(n => $"${n}"))})";
            foreach (var row in rows) await ExecuteAsync(sql, row);
        }
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, object?[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++) command.Parameters.AddWithValue($"${i + 1}", values[i] ?? DBNull.Value);
        return command;
    }
}
