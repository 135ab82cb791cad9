using System.Data.Common;

namespace Millrace.Persistence.Sql;

/// <summary>A connection that is not shared. When its process is killed, the database ends it at once, and what it held is free.</summary>
public interface ISession : IAsyncDisposable
{
    /// <summary>Runs one statement and reads its rows.</summary>
    Task<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancellation, params object?[] values);
}
