using System.Data.Common;

namespace Millrace.Persistence.Sql;

/// <summary>A statement whose row, if its condition held, becomes a <typeparamref name="T"/>.</summary>
internal sealed class ReturningStatement<T>(
    string sql, Func<Row, T> read, object?[] values) : IdempotentStatement(sql, values)
    where T : class
{
    private readonly TaskCompletionSource<T?> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? result;

    /// <summary>The row after the commit, or null when the condition did not hold.</summary>
    public Task<T?> Done => done.Task;

    internal override bool ReturnsRows => true;

    internal override async Task ReadAsync(DbDataReader reader, SqlDialect dialect, CancellationToken cancellation) =>
        result = (await reader.ReadAllAsync(dialect, read, cancellation)).LastOrDefault();

    internal override void SetChanged(int rows)
    {
    }

    internal override void Succeed() => done.TrySetResult(result);

    internal override void Fail(Exception fault) => done.TrySetException(fault);
}
