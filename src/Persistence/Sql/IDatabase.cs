using Millrace.Persistence.Model;

namespace Millrace.Persistence.Sql;

/// <summary>The truth: Postgres for a fleet, a SQLite file for one process.</summary>
public interface IDatabase
{
    SqlDialect Sql { get; }

    /// <summary>
    /// Runs the statements in order, in one transaction and one round trip, and lets each read what came of it.
    /// </summary>
    Task CommitAsync(IReadOnlyList<IdempotentStatement> statements, CancellationToken cancellation);

    /// <summary>
    /// Runs <paramref name="work"/> in one transaction, committed when it returns. It must be safe to repeat.
    /// </summary>
    Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> work, CancellationToken cancellation);

    /// <summary>Runs one statement that changes nothing, and reads its rows.</summary>
    Task<List<T>> QueryAsync<T>(string sql, Func<Row, T> read, CancellationToken cancellation, params object?[] values);

    /// <summary>Runs one statement that writes, and says how many rows it has changed.</summary>
    Task<int> ExecuteAsync(string sql, CancellationToken cancellation, params object?[] values);

    /// <summary>Runs one statement that writes, and reads the rows that it returns.</summary>
    Task<List<T>> ExecuteAsync<T>(string sql, Func<Row, T> read, CancellationToken cancellation, params object?[] values);

    /// <summary>A connection for one caller alone, until it is disposed.</summary>
    Task<ISession> OpenSessionAsync(CancellationToken cancellation);

    /// <summary>A context for the migrations of the schema.</summary>
    internal MillraceContext OpenContext();

    /// <summary>
    /// True when the same statement can succeed in a moment: a lost connection, a restart, a deadlock.
    /// </summary>
    bool IsTransient(Exception fault);
}
