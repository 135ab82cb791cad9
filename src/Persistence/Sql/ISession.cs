namespace Millrace.Persistence.Sql;

/// <summary>
/// A connection that is not shared. When its process is killed, the database ends it at once, and what it held is free.
/// </summary>
public interface ISession : IAsyncDisposable
{
    /// <summary>Runs one statement that changes no row, and reads its rows.</summary>
    Task<List<T>> QueryAsync<T>(string sql, Func<Row, T> read, CancellationToken cancellation, params object?[] values);

    /// <summary>Runs one statement that writes, and says how many rows it has changed.</summary>
    Task<int> ExecuteAsync(string sql, CancellationToken cancellation, params object?[] values);

    /// <summary>Runs one statement that writes, and reads the rows that it returns.</summary>
    Task<List<T>> ExecuteAsync<T>(string sql, Func<Row, T> read, CancellationToken cancellation, params object?[] values);
}
