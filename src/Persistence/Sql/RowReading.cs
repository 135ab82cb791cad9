using System.Data.Common;

namespace Millrace.Persistence.Sql;

internal static class RowReading
{
    /// <summary>Runs the command and reads all its rows.</summary>
    public static async Task<List<T>> ReadAllAsync<T>(
        this DbCommand command, SqlDialect sql, Func<Row, T> read, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAllAsync(sql, read, cancellation);
    }

    /// <summary>Reads all rows of the result that the reader stands at.</summary>
    public static async Task<List<T>> ReadAllAsync<T>(
        this DbDataReader reader, SqlDialect sql, Func<Row, T> read, CancellationToken cancellation)
    {
        var (row, found) = (new Row(reader, sql), new List<T>());
        while (await reader.ReadAsync(cancellation))
        {
            row.MoveToStart();
            found.Add(read(row));
        }
        return found;
    }
}
