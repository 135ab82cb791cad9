using Microsoft.Data.Sqlite;
using Millrace.Persistence.Model;
using SQLitePCL;

namespace Millrace.Persistence.Sql;

/// <summary>A SQLite file in WAL mode: one writer at a time, readers beside it.</summary>
public sealed class SqliteDatabase(string path) : IDatabase, IDisposable
{
    private readonly string connectionString =
        new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30, Pooling = true }.ConnectionString;

    private readonly SemaphoreSlim writer = new(1);

    internal string Path => path;

    public SqlDialect Sql { get; } = new SqliteDialect();

    public Task CommitAsync(IReadOnlyList<IdempotentStatement> statements, CancellationToken cancellation) =>
        WriteAsync(async transaction =>
        {
            foreach (var statement in statements) await transaction.RunAsync(statement);
            return true;
        }, cancellation);

    public Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> work, CancellationToken cancellation) =>
        WriteAsync(work, cancellation);

    public async Task<List<T>> QueryAsync<T>(
        string sql, Func<Row, T> read, CancellationToken cancellation, params object?[] values)
    {
        await using var connection = await OpenAsync(cancellation);
        await using var command = Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (Writes(reader))
            throw new InvalidOperationException($"This statement writes, so it has to pass the one writer, by {nameof(ExecuteAsync)}: {sql}");
        return await reader.ReadAllAsync(Sql, read, cancellation);
    }

    public Task<int> ExecuteAsync(string sql, CancellationToken cancellation, params object?[] values) =>
        WriteAsync(transaction => transaction.ExecuteAsync(sql, values), cancellation);

    public Task<List<T>> ExecuteAsync<T>(
        string sql, Func<Row, T> read, CancellationToken cancellation, params object?[] values) =>
        WriteAsync(transaction => transaction.QueryAsync(sql, read, values), cancellation);

    public Task<ISession> OpenSessionAsync(CancellationToken cancellation) =>
        Task.FromResult<ISession>(new Session(this));

    MillraceContext IDatabase.OpenContext() => new SqliteMillraceContext(Contexts.Sqlite(connectionString).Options);

    public bool IsTransient(Exception fault) =>
        fault is SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED };

    public void Dispose() => writer.Dispose();

    private async Task<T> WriteAsync<T>(Func<Transaction, Task<T>> work, CancellationToken cancellation)
    {
        await writer.WaitAsync(cancellation);
        try
        {
            await using var connection = await OpenAsync(cancellation);
            await using var transaction = connection.BeginTransaction(deferred: false);
            var result = await work(new Transaction(connection, transaction, Sql, cancellation));
            await transaction.CommitAsync(cancellation);
            return result;
        }
        finally
        {
            writer.Release();
        }
    }

    /// <summary>
    /// Whether a statement that was just run changes the file. One that returns no columns does: a query has some.
    /// </summary>
    private static bool Writes(SqliteDataReader reader) =>
        reader.Handle is not { } statement || raw.sqlite3_stmt_readonly(statement) == 0;

    private async Task<SqliteConnection> OpenAsync(CancellationToken cancellation)
    {
        var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync(cancellation);
        return connection;
    }

    /// <summary>There is one process, so a session has nothing to hold.</summary>
    private sealed class Session(SqliteDatabase database) : ISession
    {
        public Task<List<T>> QueryAsync<T>(
            string sql, Func<Row, T> read, CancellationToken cancellation, params object?[] values) =>
            database.QueryAsync(sql, read, cancellation, values);

        public Task<int> ExecuteAsync(string sql, CancellationToken cancellation, params object?[] values) =>
            database.ExecuteAsync(sql, cancellation, values);

        public Task<List<T>> ExecuteAsync<T>(
            string sql, Func<Row, T> read, CancellationToken cancellation, params object?[] values) =>
            database.ExecuteAsync(sql, read, cancellation, values);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Transaction(
        SqliteConnection connection, SqliteTransaction transaction, SqlDialect dialect, CancellationToken cancellation)
        : ITransaction
    {
        public async Task<List<T>> QueryAsync<T>(string sql, Func<Row, T> read, params object?[] values)
        {
            await using var command = CommandOf(sql, values);
            return await command.ReadAllAsync(dialect, read, cancellation);
        }

        public async Task<int> ExecuteAsync(string sql, params object?[] values)
        {
            await using var command = CommandOf(sql, values);
            return await command.ExecuteNonQueryAsync(cancellation);
        }

        public async Task RunAsync(IdempotentStatement statement)
        {
            await using var command = CommandOf(statement.Sql, statement.Values);
            if (statement.ReturnsRows)
            {
                await using var reader = await command.ExecuteReaderAsync(cancellation);
                await statement.ReadAsync(reader, dialect, cancellation);
                return;
            }
            statement.SetChanged(await command.ExecuteNonQueryAsync(cancellation));
        }

        public async Task CopyAsync(string table, IReadOnlyList<CopyColumn> columns, IEnumerable<object?[]> rows)
        {
            var names = string.Join(", ", columns.Select(column => column.Name));
            var sql = $"INSERT INTO {table} ({names}) VALUES ({string.Join(", ", Enumerable.Range(1, columns.Count).Select(n => $"${n}"))})";
            foreach (var row in rows) await ExecuteAsync(sql, row);
        }

        private SqliteCommand CommandOf(string sql, object?[] values)
        {
            var command = Command(connection, sql, values);
            command.Transaction = transaction;
            return command;
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
