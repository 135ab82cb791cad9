using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Tests.Persistence;

/// <summary>A real database whose commits a test can hold, count, or make look as if their answer had been lost.</summary>
internal sealed class TappedDatabase(IDatabase inner) : IDatabase, IAsyncDisposable
{
    /// <summary>What happens at a commit: by default, it.</summary>
    public Func<IReadOnlyList<IdempotentStatement>, Func<Task>, Task> OnCommit { get; set; } = (_, commit) => commit();

    public SqlDialect Sql => inner.Sql;

    /// <summary>The answer of the next transaction is lost after its commit.</summary>
    public bool LoseNextTransaction { get; set; }

    /// <summary>The answer of the next single statement is lost after it was done.</summary>
    public bool LoseNextQuery { get; set; }

    /// <summary>The next commit happens, and then the connection breaks before the answer is read.</summary>
    public void LoseNextAnswer() => OnCommit = async (_, commit) =>
    {
        OnCommit = (_, again) => again();
        await commit();
        throw new LostAnswerException();
    };

    public Task CommitAsync(IReadOnlyList<IdempotentStatement> writes, CancellationToken cancellation) =>
        OnCommit(writes, () => inner.CommitAsync(writes, cancellation));

    public async Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> work, CancellationToken cancellation)
    {
        var result = await inner.TransactAsync(work, cancellation);
        if (!LoseNextTransaction) return result;
        LoseNextTransaction = false;
        throw new LostAnswerException();
    }

    public Task<List<T>> QueryAsync<T>(string sql, Func<Row, T> read, CancellationToken cancellation, params object?[] values) =>
        AnswerAsync(inner.QueryAsync(sql, read, cancellation, values));

    public Task<int> ExecuteAsync(string sql, CancellationToken cancellation, params object?[] values) =>
        AnswerAsync(inner.ExecuteAsync(sql, cancellation, values));

    public Task<List<T>> ExecuteAsync<T>(string sql, Func<Row, T> read, CancellationToken cancellation, params object?[] values) =>
        AnswerAsync(inner.ExecuteAsync(sql, read, cancellation, values));

    public Task<ISession> OpenSessionAsync(CancellationToken cancellation) => inner.OpenSessionAsync(cancellation);

    public MillraceContext OpenContext() => inner.OpenContext();

    public bool IsTransient(Exception fault) => fault is LostAnswerException || inner.IsTransient(fault);

    private async Task<T> AnswerAsync<T>(Task<T> statement)
    {
        var answer = await statement;
        if (!LoseNextQuery) return answer;
        LoseNextQuery = false;
        throw new LostAnswerException();
    }

    public async ValueTask DisposeAsync()
    {
        if (inner is IAsyncDisposable asynchronous) await asynchronous.DisposeAsync();
        else (inner as IDisposable)?.Dispose();
    }

    private sealed class LostAnswerException() : Exception("The connection broke after the commit.");
}
