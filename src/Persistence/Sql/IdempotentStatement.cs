using System.Data.Common;

namespace Millrace.Persistence.Sql;

/// <summary>
/// A statement that writes and can be run twice with the effect of once: after an error on commit nobody knows whether
/// the commit happened.
/// </summary>
public abstract class IdempotentStatement(string sql, object?[] values)
{
    internal string Sql { get; } = sql;

    internal object?[] Values { get; } = values;

    /// <summary>Whether it has a <c>RETURNING</c> clause, and so a result of its own.</summary>
    internal abstract bool ReturnsRows { get; }

    /// <summary>Reads what it returned, if it returns rows.</summary>
    internal abstract Task ReadAsync(DbDataReader reader, SqlDialect dialect, CancellationToken cancellation);

    /// <summary>Hears how many rows it changed, if it returns none.</summary>
    internal abstract void SetChanged(int rows);

    internal abstract void Succeed();

    internal abstract void Fail(Exception fault);
}
