namespace Millrace.Persistence;

/// <summary>
/// Transactions that begin by locking a session's row. In one worker those of a session stand in line here and not at the database, where
/// each that waits for the lock would hold a connection: a busy session must not keep heartbeats and chunks from theirs.
/// </summary>
public sealed class SessionTransactions(IDatabase database, DatabaseOutage outage) : IDisposable
{
    // Sessions share lines; the number of lines is the most connections that all of them take
    private readonly SemaphoreSlim[] lines = [.. Enumerable.Range(0, 32).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Runs <paramref name="work"/> until it is committed. It must be safe to repeat.</summary>
    public async Task<T> RunAsync<T>(Guid session, Func<ITransaction, Task<T>> work, CancellationToken cancellation)
    {
        var line = lines[(uint)session.GetHashCode() % (uint)lines.Length];
        await line.WaitAsync(cancellation);
        try
        {
            return await outage.WaitOutAsync(token => database.TransactAsync(work, token), cancellation);
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
