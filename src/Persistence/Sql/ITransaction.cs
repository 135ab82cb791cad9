namespace Millrace.Persistence.Sql;

/// <summary>Statements that are committed together.</summary>
public interface ITransaction
{
    /// <summary>Runs one statement and reads its rows.</summary>
    Task<List<T>> QueryAsync<T>(string sql, Func<Row, T> read, params object?[] values);

    /// <summary>Runs one statement and says how many rows it changed.</summary>
    Task<int> ExecuteAsync(string sql, params object?[] values);

    /// <summary>Adds rows, without a statement for each where the database can.</summary>
    /// <param name="table">Into which table.</param>
    /// <param name="columns">Its columns, in the order of the values.</param>
    /// <param name="rows">The rows.</param>
    Task CopyAsync(string table, IReadOnlyList<CopyColumn> columns, IEnumerable<object?[]> rows);
}
