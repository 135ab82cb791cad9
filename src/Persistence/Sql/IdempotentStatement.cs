using System.Data.Common;

namespace Millrace.Persistence.Sql;

/// <summary>
/// One conditional statement with a <c>RETURNING</c> clause. It can be run twice with the effect of once, because after an
/// error on commit nobody knows whether the commit happened.
/// </summary>
public abstract class IdempotentStatement(string sql, object?[] values)
{
    internal string Sql { get; } = sql;

    internal object?[] Values { get; } = values;

    internal abstract Task ReadAsync(DbDataReader rows, CancellationToken cancellation);

    internal abstract void Succeed();

    internal abstract void Fail(Exception fault);
}

/// <summary>A write whose row, if the condition held, becomes a <typeparamref name="T"/>.</summary>
internal sealed class IdempotentStatement<T>(string sql, Func<DbDataReader, T> read, object?[] values) : IdempotentStatement(sql, values)
    where T : class
{
    private readonly TaskCompletionSource<T?> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? result;

    /// <summary>The row after the commit, or null when the condition did not hold.</summary>
    public Task<T?> Done => done.Task;

    internal override async Task ReadAsync(DbDataReader rows, CancellationToken cancellation)
    {
        result = null;
        while (await rows.ReadAsync(cancellation)) result = read(rows);
    }

    internal override void Succeed() => done.TrySetResult(result);

    internal override void Fail(Exception fault) => done.TrySetException(fault);
}
