using System.Data.Common;

namespace Millrace.Persistence.Sql;

internal sealed record SqliteDialect : SqlDialect
{
    public override string Now => "CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER)";
    public override string ForShare => "";
    public override string ForUpdate => "";
    public override string ForUpdateSkipLocked => "";
    public override string WithoutDisk => "WHERE true";
    public override string Json(string parameter) => parameter;
    public override string NowPlus(string milliseconds) => $"({Now} + {milliseconds})";
    public override string Microseconds => $"({Now} * 1000)";
    public override string MillisecondsSince(string column) => $"({Now} - {column})";
    public override string UtcText(string column, TimeCut cut)
    {
        var format = cut switch
        {
            TimeCut.Hour => "%Y-%m-%dT%H:00Z",
            TimeCut.Day => "%Y-%m-%d",
            _ => "%Y-%m",
        };
        return $"strftime('{format}', {column} / 1000, 'unixepoch')";
    }
    public override string Hold(string name) => "true";
    public override string IsNotHeld(string name) => "false";
    public override string Bytes(string column) => $"length(CAST({column} AS BLOB))";
    public override string HoldToCommit(string name) => $"SELECT 1 WHERE {name} IS NOT NULL";
    public override string HasTable(string name) =>
        $"(SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '{name}')";
    public override object Time(DateTimeOffset time) => time.ToUnixTimeMilliseconds();
    public override DateTimeOffset ReadTime(DbDataReader row, int column) =>
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
