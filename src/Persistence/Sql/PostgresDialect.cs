using System.Data.Common;

namespace Millrace.Persistence.Sql;

internal sealed record PostgresDialect : SqlDialect
{
    public override string Now => "now()";
    public override string ForShare => "FOR SHARE OF g";
    public override string ForUpdate => "FOR UPDATE";
    public override string ForUpdateSkipLocked => "FOR UPDATE SKIP LOCKED";
    // for this transaction
    public override string WithoutDisk =>
        "FROM (SELECT set_config('synchronous_commit', 'off', true) AS level) commits WHERE level = 'off'";
    public override string Json(string parameter) => $"{parameter}::json";
    public override string NowPlus(string milliseconds) => $"now() + {milliseconds}::bigint * interval '1 millisecond'";
    public override string Microseconds => "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)";
    public override string MillisecondsSince(string column) =>
        $"CAST(extract(epoch FROM now() - {column}) * 1000 AS bigint)";
    public override string UtcText(string column, TimeCut cut)
    {
        var format = cut switch
        {
            TimeCut.Hour => "YYYY-MM-DD\"T\"HH24:00\"Z\"",
            TimeCut.Day => "YYYY-MM-DD",
            _ => "YYYY-MM",
        };
        return $"to_char({column} AT TIME ZONE 'UTC', '{format}')";
    }
    public override string Hold(string name) => $"pg_try_advisory_lock({Lock(name)})";
    // until the end of the statement
    public override string IsNotHeld(string name) => $"pg_try_advisory_xact_lock({Lock(name)})";
    public override string Bytes(string column) => $"octet_length({column}::text)";
    public override string HoldToCommit(string name) => $"SELECT CAST(pg_advisory_xact_lock({Lock(name)}) AS text)";
    public override string HasTable(string name) => $"CASE WHEN to_regclass('\"{name}\"') IS NULL THEN 0 ELSE 1 END";
    public override object Time(DateTimeOffset time) => time.ToUniversalTime();
    public override DateTimeOffset ReadTime(DbDataReader row, int column) => row.GetFieldValue<DateTimeOffset>(column);
    private static string Lock(string name) => $"hashtextextended('millrace ' || {name}, 0)";
}
