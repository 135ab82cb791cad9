using Millrace.Persistence.Commit;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Budgets;

/// <summary>
/// The rows of budgets. Each change holds the row's lock until its transaction is committed, so that of many
/// reservations at once no two take the same money, whoever makes them. The caller's transaction is the caller's mark
/// of what it holds, too: a repeat after a lost answer must find that mark and take nothing. Who changes several takes
/// them in the order of their keys.
/// </summary>
internal sealed class BudgetStore(DatabaseOutage outage)
{
    // The no-op update locks the row that is there, so that one statement makes, locks and reads
    private const string Lock = """
        INSERT INTO budgets (key, spent_nanos, reserved_nanos) VALUES ($1, 0, 0)
        ON CONFLICT (key) DO UPDATE SET key = budgets.key RETURNING spent_nanos, reserved_nanos
        """;

    private const string Change = """
        UPDATE budgets SET spent_nanos = spent_nanos + $2, reserved_nanos = reserved_nanos + $3 WHERE key = $1
        """;

    /// <summary>
    /// Holds an amount, if spent, reserved and it together stay within the limit. Null if it is held, else how the
    /// budget stands.
    /// </summary>
    public static async Task<BudgetStanding?> ReserveAsync(ITransaction transaction, string key, long amount, long limit)
    {
        var standing = await LockAsync(transaction, key);
        if (!standing.HasRoomFor(amount, limit)) return standing;
        await transaction.ExecuteAsync(Change, key, 0L, amount);
        return null;
    }

    /// <summary>Gives back what was held and writes down what was spent instead.</summary>
    public static async Task SettleAsync(ITransaction transaction, string key, long reserved, long spent)
    {
        await LockAsync(transaction, key);
        await transaction.ExecuteAsync(Change, key, spent, -reserved);
    }

    /// <summary>The budget as it stands, null if nothing was ever taken from it.</summary>
    public async Task<BudgetStanding?> FindAsync(string key, CancellationToken cancellation) =>
        await outage.FindAsync(
            "SELECT spent_nanos, reserved_nanos FROM budgets WHERE key = $1",
            row => new BudgetStanding(key, row.GetInt64("spent_nanos"), row.GetInt64("reserved_nanos")), cancellation,
            key);

    /// <summary>The row, made if need be, locked until the commit.</summary>
    internal static async Task<BudgetStanding> LockAsync(ITransaction transaction, string key) =>
        (await transaction.QueryAsync(
            Lock, row => new BudgetStanding(key, row.GetInt64("spent_nanos"), row.GetInt64("reserved_nanos")), key)).Single();

    internal static Task MoveAsync(ITransaction transaction, string key, long reserved) =>
        transaction.ExecuteAsync(Change, key, 0L, reserved);
}
