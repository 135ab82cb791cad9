using System.Data.Common;

namespace Millrace.Persistence;

/// <summary>The few places where the SQL of Postgres and of SQLite differ. Parameters are <c>$1</c>, <c>$2</c> … on both.</summary>
public abstract record SqlDialect
{
    /// <summary>The database's clock: workers never compare their own.</summary>
    public abstract string Now { get; }

    /// <summary>Locks the rows of a <c>SELECT g</c> against a change of owner until the commit.</summary>
    public abstract string ForShare { get; }

    /// <summary>Locks the rows of a <c>SELECT</c> until the commit.</summary>
    public abstract string ForUpdate { get; }

    /// <summary>Locks the rows that a sweep takes and passes over those that another worker is taking.</summary>
    public abstract string ForUpdateSkipLocked { get; }

    /// <summary>The end of an <c>INSERT … SELECT</c> whose commit does not wait for the disk: what only the server's own fall would undo.</summary>
    public abstract string WithoutDisk { get; }

    /// <summary>A text parameter as a JSON column's value.</summary>
    public abstract string Json(string parameter);

    /// <summary>The clock, later by a parameter in milliseconds (or earlier, if it is negative).</summary>
    public abstract string NowPlus(string milliseconds);

    /// <summary>The clock in microseconds since 1970. Unlike <see cref="Now"/> it goes on within a transaction.</summary>
    public abstract string Microseconds { get; }

    /// <summary>How long ago a column's time was, by the clock, in whole milliseconds.</summary>
    public abstract string MillisecondsSince(string column);

    /// <summary>A column's time as a text in UTC, cut at the hour, the day or the month.</summary>
    public abstract string UtcText(string column, UsageGroup cut);

    /// <summary>True if the session holds this name from now on, false if another one does.</summary>
    public abstract string Hold(string name);

    /// <summary>True if no session holds this name. Where there is one process only: false.</summary>
    public abstract string IsNotHeld(string name);

    /// <summary>How many bytes a JSON column's text has.</summary>
    public abstract string Bytes(string column);

    /// <summary>A query that waits until no other transaction holds this name, and holds it until the commit. Nothing where there is one writer at a time.</summary>
    public abstract string HoldToCommit(string name);

    /// <summary>1 if there is a table of this name, else 0.</summary>
    public abstract string HasTable(string name);

    /// <summary>A time as a parameter.</summary>
    public abstract object Time(DateTimeOffset time);

    /// <summary>A time from a row.</summary>
    public abstract DateTimeOffset ReadTime(DbDataReader row, int column);
}

internal sealed record PostgresDialect : SqlDialect
{
    public override string Now => "now()";
    public override string ForShare => "FOR SHARE OF g";
    public override string ForUpdate => "FOR UPDATE";
    public override string ForUpdateSkipLocked => "FOR UPDATE SKIP LOCKED";
    public override string WithoutDisk => "FROM (SELECT set_config('synchronous_commit', 'off', true) AS level) commits WHERE level = 'off'"; // for this transaction
    public override string Json(string parameter) => $"{parameter}::json";
    public override string NowPlus(string milliseconds) => $"now() + {milliseconds}::bigint * interval '1 millisecond'";
    public override string Microseconds => "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)";
    public override string MillisecondsSince(string column) => $"CAST(extract(epoch FROM now() - {column}) * 1000 AS bigint)";
    public override string UtcText(string column, UsageGroup cut) => $"to_char({column} AT TIME ZONE 'UTC', '{(cut == UsageGroup.Hour ? "YYYY-MM-DD\"T\"HH24:00\"Z\"" : cut == UsageGroup.Day ? "YYYY-MM-DD" : "YYYY-MM")}')";
    public override string Hold(string name) => $"pg_try_advisory_lock({Lock(name)})";
    public override string IsNotHeld(string name) => $"pg_try_advisory_xact_lock({Lock(name)})"; // until the end of the statement
    public override string Bytes(string column) => $"octet_length({column}::text)";
    public override string HoldToCommit(string name) => $"SELECT CAST(pg_advisory_xact_lock({Lock(name)}) AS text)";
    public override string HasTable(string name) => $"CASE WHEN to_regclass('\"{name}\"') IS NULL THEN 0 ELSE 1 END";
    public override object Time(DateTimeOffset time) => time.ToUniversalTime();
    public override DateTimeOffset ReadTime(DbDataReader row, int column) => row.GetFieldValue<DateTimeOffset>(column);
    private static string Lock(string name) => $"hashtextextended('millrace ' || {name}, 0)";
}

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
    public override string UtcText(string column, UsageGroup cut) => $"strftime('{(cut == UsageGroup.Hour ? "%Y-%m-%dT%H:00Z" : cut == UsageGroup.Day ? "%Y-%m-%d" : "%Y-%m")}', {column} / 1000, 'unixepoch')";
    public override string Hold(string name) => "true";
    public override string IsNotHeld(string name) => "false";
    public override string Bytes(string column) => $"length(CAST({column} AS BLOB))";
    public override string HoldToCommit(string name) => $"SELECT 1 WHERE {name} IS NOT NULL";
    public override string HasTable(string name) => $"(SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '{name}')";
    public override object Time(DateTimeOffset time) => time.ToUnixTimeMilliseconds();
    public override DateTimeOffset ReadTime(DbDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
