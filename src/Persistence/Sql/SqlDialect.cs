using System.Data.Common;

namespace Millrace.Persistence.Sql;

/// <summary>
/// The few places where the SQL of Postgres and of SQLite differ. Parameters are <c>$1</c>, <c>$2</c> … on both.
/// </summary>
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

    /// <summary>
    /// The end of an <c>INSERT … SELECT</c> whose commit does not wait for the disk: what only the server's own fall
    /// would undo.
    /// </summary>
    public abstract string WithoutDisk { get; }

    /// <summary>A text parameter as a JSON column's value.</summary>
    public abstract string Json(string parameter);

    /// <summary>The clock, later by a parameter in milliseconds (or earlier, if it is negative).</summary>
    public abstract string NowPlus(string milliseconds);

    /// <summary>
    /// The clock in microseconds since 1970. Unlike <see cref="Now"/> it goes on within a transaction.
    /// </summary>
    public abstract string Microseconds { get; }

    /// <summary>How long ago a column's time was, by the clock, in whole milliseconds.</summary>
    public abstract string MillisecondsSince(string column);

    /// <summary>A column's time as a text in UTC, cut at the hour, the day or the month.</summary>
    public abstract string UtcText(string column, TimeCut cut);

    /// <summary>True if the session holds this name from now on, false if another one does.</summary>
    public abstract string Hold(string name);

    /// <summary>True if no session holds this name. Where there is one process only: false.</summary>
    public abstract string IsNotHeld(string name);

    /// <summary>How many bytes a JSON column's text has.</summary>
    public abstract string Bytes(string column);

    /// <summary>
    /// A query that waits until no other transaction holds this name, and holds it until the commit. Nothing where
    /// there is one writer at a time.
    /// </summary>
    public abstract string HoldToCommit(string name);

    /// <summary>1 if there is a table of this name, else 0.</summary>
    public abstract string HasTable(string name);

    /// <summary>A time as a parameter.</summary>
    public abstract object Time(DateTimeOffset time);

    /// <summary>A time from a row.</summary>
    public abstract DateTimeOffset ReadTime(DbDataReader row, int column);
}
