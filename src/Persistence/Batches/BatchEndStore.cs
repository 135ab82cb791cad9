using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Batches;

/// <summary>Which ends of batches the broker has confirmed.</summary>
public sealed class BatchEndStore(IDatabase database)
{
    private readonly string untold = $"""
        SELECT {BatchStore.Columns} FROM batches
        WHERE announced_at IS NULL AND finished_at < {database.Sql.NowPlus("$1")}
            AND state IN {BatchStates.Terminal}
        LIMIT 100
        """;

    private readonly string told = $"""
        UPDATE batches SET announced_at = coalesce(announced_at, {database.Sql.Now}) WHERE id = $1 AND epoch = $2
        """;

    /// <summary>Batches that ended before <paramref name="patience"/>, and of whose end nobody has been told.</summary>
    public Task<List<Batch>> UntoldAsync(TimeSpan patience, CancellationToken cancellation) =>
        database.QueryAsync(untold, BatchStore.Read, cancellation, -(long)patience.TotalMilliseconds);

    /// <summary>Records that the broker has the event.</summary>
    public Task MarkAsync(Batch batch, CancellationToken cancellation) =>
        database.ExecuteAsync(told, cancellation, batch.Id, batch.Epoch);
}
