using Millrace.Persistence.Membership;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Limits;

/// <summary>
/// The fleet's limits. A worker takes what it needs of all budgets at once, under the locks of their rows; the
/// arithmetic is the caller's. One attempt each: while the database is away nobody gets anything, which is safe.
/// </summary>
public sealed class LimitStore(IDatabase database, Liveness liveness)
{
    private const string Columns = "scope, requests_at, tokens_at, bulk_at, park_at, bulk_park_at";

    /// <summary>
    /// A day, in microseconds: a row that says more is looked at again tomorrow, and is no reason not to read the
    /// others.
    /// </summary>
    private const long LongestStop = 86_400_000_000;

    private const string PutPermit = """
        INSERT INTO call_permits (scope, worker_id, wanted, granted) VALUES ($1, $2, $3, $4)
        ON CONFLICT (scope, worker_id) DO UPDATE SET wanted = excluded.wanted, granted = excluded.granted
        """;

    private readonly string stop = $"""
        INSERT INTO account_stops (account, until) VALUES ($1, {database.Sql.Microseconds} + $2)
        ON CONFLICT (account) DO UPDATE
            SET until = CASE WHEN excluded.until > account_stops.until THEN excluded.until ELSE account_stops.until END
        """;

    private readonly string stops = $"""
        SELECT account, until - {database.Sql.Microseconds} AS remaining FROM account_stops
        WHERE until > {database.Sql.Microseconds}
        """;

    /// <summary>
    /// Reads the budgets and their permits, lets <paramref name="plan"/> decide, and commits what it says.
    /// </summary>
    /// <param name="scopes">The budgets; a row that is missing is made.</param>
    /// <param name="counted">Those of them that limit calls at a time.</param>
    /// <param name="worker">Who asks.</param>
    /// <param name="plan">Pure: it may be run again.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    public Task SyncAsync(
        IReadOnlyList<string> scopes, IReadOnlyList<string> counted, Guid worker, Func<LimitTable, LimitChanges> plan,
        CancellationToken cancellation) =>
        database.TransactAsync(async transaction =>
        {
            var (now, budgets) = await LockAsync(transaction, scopes);
            var permits = counted.Count == 0
                ? []
                : await transaction.QueryAsync(Living(counted.Count), Permit, [worker, .. counted]);
            var changes = plan(new LimitTable(now, budgets, permits));
            if (changes.Budgets.Count > 0)
                await transaction.ExecuteAsync(Write(changes.Budgets.Count), [.. changes.Budgets.SelectMany(Values)]);
            foreach (var permit in changes.Permits) await WriteAsync(transaction, permit);
            return true;
        }, cancellation);

    /// <summary>Stops an account for the fleet, unless it is stopped for longer already.</summary>
    public Task StopAsync(string account, TimeSpan span, CancellationToken cancellation) =>
        database.ExecuteAsync(stop, cancellation, account, (long)span.TotalMicroseconds);

    /// <summary>The accounts that are stopped, and for how long.</summary>
    public Task<List<(string Account, TimeSpan Left)>> StopsAsync(CancellationToken cancellation) =>
        database.QueryAsync(
            stops,
            row => (
                row.GetString("account"), TimeSpan.FromMicroseconds(Math.Min(row.GetInt64("remaining"), LongestStop))),
            cancellation);

    private async Task<(long Now, List<BudgetRow> Budgets)> LockAsync(
        ITransaction transaction, IReadOnlyList<string> scopes)
    {
        var values = scopes.Cast<object?>().ToArray();
        var found = await transaction.QueryAsync(
            Lock(scopes.Count), row => (Now: row.GetInt64("now"), Row: Budget(row)), values);
        if (found.Count < scopes.Count)
        {
            foreach (var scope in scopes.Except(found.Select(row => row.Row.Scope)).Order(StringComparer.Ordinal))
                await transaction.ExecuteAsync(
                    $"INSERT INTO rate_budgets ({Columns}) VALUES ($1, 0, 0, 0, 0, 0) ON CONFLICT (scope) DO NOTHING",
                    scope);
            found = await transaction.QueryAsync(
                Lock(scopes.Count), row => (Now: row.GetInt64("now"), Row: Budget(row)), values);
        }
        return (found.Max(row => row.Now), [.. found.Select(row => row.Row)]);
    }

    /// <summary>
    /// In one order, so that no two workers wait for each other; the clock outside, so that it is read when the lock is
    /// had.
    /// </summary>
    private string Lock(int count) => $"""
        WITH locked AS (SELECT {Columns} FROM rate_budgets WHERE scope IN ({Parameters(1, count)})
            ORDER BY scope {database.Sql.ForUpdate})
        SELECT {Columns}, {database.Sql.Microseconds} AS now FROM locked
        """;

    private string Living(int count) => $"""
        SELECT scope, worker_id, wanted, granted FROM call_permits
        WHERE scope IN ({Parameters(2, count)})
            AND (worker_id = $1 OR NOT {liveness.IsDeadTo("call_permits.worker_id", "$1")})
        """;

    private static string Write(int count) => $"""
        INSERT INTO rate_budgets ({Columns})
            VALUES {string.Join(", ", Enumerable.Range(0, count).Select(n => $"({Parameters(6 * n + 1, 6)})"))}
        ON CONFLICT (scope) DO UPDATE
            SET requests_at = excluded.requests_at, tokens_at = excluded.tokens_at, bulk_at = excluded.bulk_at,
            park_at = excluded.park_at, bulk_park_at = excluded.bulk_park_at
        """;

    private static Task<int> WriteAsync(ITransaction transaction, PermitRow permit) => permit is { Wanted: 0, Granted: 0 }
        ? transaction.ExecuteAsync(
            "DELETE FROM call_permits WHERE scope = $1 AND worker_id = $2", permit.Scope, permit.Worker)
        : transaction.ExecuteAsync(
            PutPermit, permit.Scope, permit.Worker, permit.Wanted, permit.Granted);

    private static string Parameters(int first, int count) =>
        string.Join(", ", Enumerable.Range(first, count).Select(n => $"${n}"));

    private static object?[] Values(BudgetRow row) =>
        [row.Scope, row.RequestsAt, row.TokensAt, row.BulkAt, row.ParkAt, row.BulkParkAt];

    private static BudgetRow Budget(Row row) => new(
        row.GetString("scope"),
        row.GetInt64("requests_at"),
        row.GetInt64("tokens_at"),
        row.GetInt64("bulk_at"),
        row.GetInt64("park_at"),
        row.GetInt64("bulk_park_at"));

    private static PermitRow Permit(Row row) => new(
        row.GetString("scope"),
        row.GetGuid("worker_id"),
        row.GetInt32("wanted"),
        row.GetInt32("granted"));
}
