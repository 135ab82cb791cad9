using System.Data.Common;

namespace Millrace.Persistence.Sql;

/// <summary>Columns that may hold nothing.</summary>
internal static class NullableColumns
{
    public static string? TextOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static long? NumberOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static Guid? IdOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetGuid(column);

    public static DateTimeOffset? ReadTimeOrNull(this SqlDialect sql, DbDataReader row, int column) => row.IsDBNull(column) ? null : sql.ReadTime(row, column);
}
