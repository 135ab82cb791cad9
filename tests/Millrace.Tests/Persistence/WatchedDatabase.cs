using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Tests.Persistence;

/// <summary>A real database whose single statements and transactions a test sees, and can hold up until they are given up.</summary>
internal sealed class WatchedDatabase(IDatabase inner, Func<string, Task>? onQuery = null, Func<Task>? onTransaction = null) : IDatabase
{
    public SqlDialect Sql => inner.Sql;

    public Task CommitAsync(IReadOnlyList<IdempotentStatement> writes, CancellationToken cancellation) => inner.CommitAsync(writes, cancellation);

    public async Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> work, CancellationToken cancellation)
    {
        if (onTransaction is not null) await onTransaction().WaitAsync(cancellation);
        return await inner.TransactAsync(work, cancellation);
    }

    public async Task<List<T>> QueryAsync<T>(string sql, Func<Row, T> read, CancellationToken cancellation, params object?[] values)
    {
        await WatchAsync(sql, cancellation);
        return await inner.QueryAsync(sql, read, cancellation, values);
    }

    public async Task<int> ExecuteAsync(string sql, CancellationToken cancellation, params object?[] values)
    {
        await WatchAsync(sql, cancellation);
        return await inner.ExecuteAsync(sql, cancellation, values);
    }

    public async Task<List<T>> ExecuteAsync<T>(string sql, Func<Row, T> read, CancellationToken cancellation, params object?[] values)
    {
        await WatchAsync(sql, cancellation);
        return await inner.ExecuteAsync(sql, read, cancellation, values);
    }

    private Task WatchAsync(string sql, CancellationToken cancellation) =>
        onQuery is null ? Task.CompletedTask : onQuery(sql).WaitAsync(cancellation);

    public Task<ISession> OpenSessionAsync(CancellationToken cancellation) => inner.OpenSessionAsync(cancellation);

    public MillraceContext OpenContext() => inner.OpenContext();

    public bool IsTransient(Exception fault) => inner.IsTransient(fault);
}
