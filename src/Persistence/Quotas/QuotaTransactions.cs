using System.Collections.Concurrent;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Quotas;

/// <summary>
/// Transactions that look at what a tenant keeps and store more of it: one after the other for each tenant and kind of
/// thing, over all gateways, so that two at once do not both take the last place. In one process they stand in line
/// here and not at the database, where each would hold a connection; each tenant in a line of its own, so that one that
/// uploads without end does not delay another.
/// </summary>
public sealed class QuotaTransactions(IDatabase database, DatabaseOutage outage) : IDisposable
{
    /// <summary>Connections that all of them take at most.</summary>
    private const int Most = 16;

    private readonly string hold = database.Sql.HoldToCommit("$1");
    // As many as tenants, whom operators make
    private readonly ConcurrentDictionary<string, SemaphoreSlim> lines = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim all = new(Most);

    /// <summary>Runs <paramref name="work"/> until it is committed. It must be safe to repeat.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="what">The kind of thing.</param>
    /// <param name="work">Looks and stores.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    internal async Task<T> RunAsync<T>(
        string tenant, string what, Func<ITransaction, Task<T>> work, CancellationToken cancellation)
    {
        var name = $"{what} of {tenant}";
        var line = lines.GetOrAdd(name, _ => new(1));
        await line.WaitAsync(cancellation);
        try
        {
            await all.WaitAsync(cancellation);
            try
            {
                return await outage.TransactAsync(async transaction =>
                {
                    await transaction.QueryAsync(hold, _ => 0, name);
                    return await work(transaction);
                }, cancellation);
            }
            finally
            {
                all.Release();
            }
        }
        finally
        {
            line.Release();
        }
    }

    /// <summary>
    /// What a query of a <c>number</c> and a sum of <c>bytes</c> finds, but for one row: when a commit's answer was
    /// lost, it is there already.
    /// </summary>
    internal static async Task<StoredAmount> OthersAsync(ITransaction transaction, string sql, string tenant, Guid than) =>
        (await transaction.QueryAsync(
            sql, row => new StoredAmount(row.GetInt64("number"), row.GetInt64("bytes")), tenant, than)).Single();

    public void Dispose()
    {
        all.Dispose();
        foreach (var line in lines.Values) line.Dispose();
    }
}
