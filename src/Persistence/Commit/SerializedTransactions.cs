using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Commit;

/// <summary>
/// Transactions that begin by locking a row that others want, too: a session's, or an API key's. In one process those
/// of a row stand in line here and not at the database, where each that waits for the lock would hold a connection: a
/// busy one must not keep heartbeats and chunks from theirs.
/// </summary>
public sealed class SerializedTransactions(DatabaseOutage outage) : IDisposable
{
    // Rows share lines; the number of lines is the most connections that all of them take
    private readonly SemaphoreSlim[] lines = [.. Enumerable.Range(0, 32).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Runs <paramref name="work"/> until it is committed. It must be safe to repeat.</summary>
    internal async Task<T> RunAsync<T>(Guid row, Func<ITransaction, Task<T>> work, CancellationToken cancellation)
    {
        var line = lines[(uint)row.GetHashCode() % (uint)lines.Length];
        await line.WaitAsync(cancellation);
        try
        {
            return await outage.TransactAsync(work, cancellation);
        }
        finally
        {
            line.Release();
        }
    }

    public void Dispose()
    {
        foreach (var line in lines) line.Dispose();
    }
}
