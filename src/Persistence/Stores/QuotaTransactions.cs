namespace Millrace.Persistence;

/// <summary>
/// Transactions that look at what a tenant keeps and store more of it: one after the other for each tenant and kind of thing, over all gateways, so that two at
/// once do not both take the last place. In one process they stand in line here, and not at the database.
/// </summary>
public sealed class QuotaTransactions(IDatabase database, SessionTransactions lines)
{
    private static readonly Guid Space = new("a0a6b8b2-5d0c-4d3c-9d56-6c6f1d6a4f0e");

    private readonly string hold = database.Sql.HoldToCommit("$1");

    public Task<T> RunAsync<T>(string tenant, string what, Func<ITransaction, Task<T>> work, CancellationToken cancellation)
    {
        var name = $"{what} of {tenant}";
        return lines.RunAsync(NamedId.Of(Space, name), async transaction =>
        {
            await transaction.QueryAsync(hold, _ => 0, name);
            return await work(transaction);
        }, cancellation);
    }

    /// <summary>What a query of a number and a sum finds, but for one row: when a commit's answer was lost, it is there already.</summary>
    public static async Task<Stored> OthersAsync(ITransaction transaction, string sql, string tenant, Guid than) =>
        (await transaction.QueryAsync(sql, row => new Stored(row.GetInt64(0), row.GetInt64(1)), tenant, than)).Single();
}
