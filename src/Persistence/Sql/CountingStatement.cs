using System.Data.Common;

namespace Millrace.Persistence.Sql;

/// <summary>A statement of which only matters whether its condition held.</summary>
internal sealed class CountingStatement(string sql, object?[] values) : IdempotentStatement(sql, values)
{
    private readonly TaskCompletionSource<bool> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool hasChanged;

    /// <summary>After the commit, whether it has changed a row.</summary>
    public Task<bool> Done => done.Task;

    internal override bool ReturnsRows => false;

    internal override Task ReadAsync(DbDataReader reader, SqlDialect dialect, CancellationToken cancellation) =>
        Task.CompletedTask;

    internal override void SetChanged(int rows) => hasChanged = rows > 0;

    internal override void Succeed() => done.TrySetResult(hasChanged);

    internal override void Fail(Exception fault) => done.TrySetException(fault);
}
