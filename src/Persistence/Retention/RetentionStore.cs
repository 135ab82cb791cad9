using Millrace.Persistence.Access;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Model;
using Millrace.Persistence.Poison;
using Millrace.Persistence.Sql;
using Millrace.Persistence.Webhooks;

namespace Millrace.Persistence.Retention;

/// <summary>Removes what is old enough to go: chunks, and the small rows of everything else.</summary>
public sealed class RetentionStore(IDatabase database)
{
    /// <summary>Rows that one statement takes: a long transaction would hold up those who write.</summary>
    private const int Batch = 500;

    private static readonly TimeSpan DeadWorkersKept = TimeSpan.FromHours(1);

    private readonly string forgotten = $"""
        SELECT id FROM generations
        WHERE finished_at < {database.Sql.NowPlus("$1")} AND log_removed_at IS NULL AND announced_at IS NOT NULL
        ORDER BY finished_at LIMIT {Batch}
        """;

    // A key's latest use stays: it says when the key was last used
    private readonly string unneeded = $"""
        DELETE FROM api_key_uses WHERE generation_id IN (
            SELECT generation_id FROM api_key_uses old WHERE made_at < {database.Sql.NowPlus("$1")}
                AND EXISTS (SELECT 1 FROM api_key_uses later
                    WHERE later.key_id = old.key_id AND later.made_at > old.made_at)
                AND NOT EXISTS (SELECT 1 FROM generations g
                    WHERE g.id = old.generation_id
                        AND (g.finished_at IS NULL OR g.finished_at > {database.Sql.NowPlus("$1")}))
            LIMIT {Batch} {database.Sql.ForUpdateSkipLocked})
        """;

    // A budget that nobody has used for a day is as good as a new one
    private readonly string[] idleLimits =
    [
        "DELETE FROM call_permits WHERE NOT EXISTS (SELECT 1 FROM workers w WHERE w.id = call_permits.worker_id)",
        $"""
        DELETE FROM rate_budgets
        WHERE requests_at < {DayAgo(database)} AND tokens_at < {DayAgo(database)} AND bulk_at < {DayAgo(database)}
            AND park_at < {DayAgo(database)} AND bulk_park_at < {DayAgo(database)}
            AND NOT EXISTS (SELECT 1 FROM call_permits p WHERE p.scope = rate_budgets.scope)
        """,
        $"DELETE FROM account_stops WHERE until < {DayAgo(database)}",
    ];

    private readonly string unheard = $"""
        DELETE FROM in_flight
        WHERE since < {database.Sql.NowPlus("$1")} AND NOT EXISTS (SELECT 1 FROM workers w WHERE w.id = in_flight.worker_id)
        """;

    private readonly string delivered = $"""
        DELETE FROM webhook_deliveries WHERE id IN (
            SELECT id FROM webhook_deliveries
            WHERE created_at < {database.Sql.NowPlus("$1")} AND state <> '{WebhookDeliveryState.Pending}'
            LIMIT {Batch} {database.Sql.ForUpdateSkipLocked})
        """;

    /// <summary>
    /// Removes chunks of generations that ended before the retention, as long as there are any, cancellations and the
    /// marks of changed sessions of that age, workers long dead, limits that nobody uses, uses of API keys that no limit
    /// counts any more, and deliveries to webhooks that were made long ago. How many chunks there were.
    /// </summary>
    /// <exception cref="AggregateException">Some of it could not be removed; the rest was.</exception>
    public async Task<int> ForgetAsync(TimeSpan retention, CancellationToken cancellation)
    {
        var removed = 0;
        Func<Task>[] parts =
        [
            async () => await ForgetChunksAsync(retention, count => removed += count, cancellation),
            () => DeleteOlderAsync("cancellations", "requested_at", retention, cancellation),
            () => DeleteOlderAsync("session_changes", "made_at", retention, cancellation),
            () => DeleteOlderAsync("workers", "heartbeat_at", DeadWorkersKept, cancellation),
            () => database.ExecuteAsync(unheard, cancellation, Ago(Deaths.Kept)),
            () => DeleteOlderAsync("poison_records", "refused_at", Deaths.Kept, cancellation),
            .. idleLimits.Select(idle => (Func<Task>)(() => database.ExecuteAsync(idle, cancellation))),
            () => DeleteAsync(unneeded, ApiKeyUseStore.Kept, cancellation),
            () => DeleteAsync(delivered, WebhookDeliveryStore.Kept, cancellation),
        ];
        await EachInTurn.DoAsync(parts, part => part(), cancellation);
        return removed;
    }

    private async Task ForgetChunksAsync(TimeSpan retention, Action<int> count, CancellationToken cancellation)
    {
        List<Guid> old;
        do
        {
            old = await database.QueryAsync(forgotten, row => row.GetGuid("id"), cancellation, Ago(retention));
            await EachInTurn.DoAsync(
                old, async generation => count(await ForgetChunksAsync(generation, cancellation)), cancellation);
        }
        while (old.Count == Batch);
    }

    /// <summary>The mark comes last: what was interrupted is found again.</summary>
    private async Task<int> ForgetChunksAsync(Guid generation, CancellationToken cancellation)
    {
        var chunks = await database.ExecuteAsync("DELETE FROM chunks WHERE generation_id = $1", cancellation, generation);
        await database.ExecuteAsync(
            $"UPDATE generations SET log_removed_at = {database.Sql.Now} WHERE id = $1", cancellation, generation);
        return chunks;
    }

    private Task<int> DeleteOlderAsync(string table, string column, TimeSpan age, CancellationToken cancellation) =>
        database.ExecuteAsync(
            $"DELETE FROM {table} WHERE {column} < {database.Sql.NowPlus("$1")}", cancellation, Ago(age));

    /// <summary>Batch by batch, until there are no more.</summary>
    private async Task DeleteAsync(string batch, TimeSpan age, CancellationToken cancellation)
    {
        int removed;
        do
        {
            removed = await database.ExecuteAsync(batch, cancellation, Ago(age));
        }
        while (removed == Batch);
    }

    private static long Ago(TimeSpan age) => -(long)age.TotalMilliseconds;

    private static string DayAgo(IDatabase database) => $"{database.Sql.Microseconds} - 86400000000";
}
