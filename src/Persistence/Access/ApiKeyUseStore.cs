using Millrace.Persistence.Commit;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Access;

/// <summary>
/// The generations that were made with each key, and the key's limits over them: exact over all gateways, because who
/// counts holds the lock of the key's row. A key without limits is not locked.
/// </summary>
public sealed class ApiKeyUseStore(IDatabase database, GroupCommit commit, SerializedTransactions transactions)
{
    /// <summary>How long a use is kept after its generation has ended.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private const long Minute = 60_000;

    private readonly string note = $"""
        INSERT INTO api_key_uses (generation_id, key_id, made_at) VALUES ($1, $2, {database.Sql.Now})
        ON CONFLICT (generation_id) DO NOTHING
        """;

    private readonly string locked = $"""
        SELECT requests_per_minute, tokens_per_minute, max_concurrent FROM api_keys
        WHERE id = $1 {database.Sql.ForUpdate}
        """;

    private const string Known = """
        SELECT 1 FROM api_key_uses WHERE generation_id = $1 UNION ALL SELECT 1 FROM generations WHERE id = $1
        """;

    private readonly string requests = SlidingMinute.Sums($"""
        SELECT {database.Sql.MillisecondsSince("made_at")} AS age, 1 AS amount FROM api_key_uses
        WHERE key_id = $1 AND made_at > {database.Sql.NowPlus("$2")}
        """);

    // From what has just ended to the key, and not the other way: a key can have a hundred thousand generations that
    // wait. One that ended within a minute has its chunks, or was erased since; each kind has its index. CROSS JOIN
    // keeps the order in SQLite
    private readonly string tokens = SlidingMinute.Sums($"""
        {Ended(database.Sql, "g.log_removed_at IS NULL")}
        UNION ALL
        {Ended(database.Sql, $"g.erased_at > {database.Sql.NowPlus("$2")}")}
        """);

    // One that is not in the table may be on its way, or lost: it counts for a minute. The newest first, and no further
    // than the limit: they are the ones that wait
    private readonly string running = $"""
        SELECT count(*) FROM (
            SELECT 1 FROM api_key_uses u LEFT JOIN generations g ON g.id = u.generation_id
            WHERE u.key_id = $1 AND ((g.id IS NULL AND u.made_at > {database.Sql.NowPlus("$2")})
                OR (g.id IS NOT NULL AND g.finished_at IS NULL))
            ORDER BY u.made_at DESC LIMIT $3) counted
        """;

    /// <summary>Notes that a key without limits is used for a generation.</summary>
    public Task NoteAsync(Guid key, Guid generation, CancellationToken cancellation) =>
        commit.ExecuteAsync(note, cancellation, generation, key);

    /// <summary>
    /// Uses a key for a generation, if its limits allow it. The same generation again is no second use.
    /// </summary>
    public Task<KeyUse> UseAsync(Guid key, Guid generation, CancellationToken cancellation) =>
        transactions.RunAsync(key, transaction => UseAsync(transaction, key, generation), cancellation);

    private async Task<KeyUse> UseAsync(ITransaction transaction, Guid key, Guid generation)
    {
        // First of all the lock: what is read after it holds the uses of whoever had it before
        var limits = (await transaction.QueryAsync(locked, ReadLimits, key)).SingleOrDefault();
        var again = (await transaction.QueryAsync(Known, _ => true, generation)).Count > 0;
        var now = new KeyUse(
            Full: null,
            limits.Requests is { } most ? await StandingAsync(transaction, requests, key, most) : null,
            limits.Tokens is { } sum ? await StandingAsync(transaction, tokens, key, sum) : null,
            limits.Concurrent is { } many ? await RunningAsync(transaction, key, many) : null);
        if (again) return now;
        if (FullOf(now) is { } full) return now with { Full = full };
        await transaction.ExecuteAsync(note, generation, key);
        return now with { Requests = WithOneMore(now.Requests) };
    }

    private static (int? Requests, int? Tokens, int? Concurrent) ReadLimits(Row row) => (
        row.GetInt32OrNull("requests_per_minute"),
        row.GetInt32OrNull("tokens_per_minute"),
        row.GetInt32OrNull("max_concurrent"));

    private async Task<LimitStanding> RunningAsync(ITransaction transaction, Guid key, int most)
    {
        var used = (await transaction.QueryAsync(running, row => row.GetOnly<long>(), key, -Minute, most)).Single();
        return new(most, used, TimeSpan.FromSeconds(1), TimeSpan.Zero);
    }

    private static LimitStanding? WithOneMore(LimitStanding? used) =>
        used is null ? null : used with { Used = used.Used + 1, Reset = TimeSpan.FromMilliseconds(Minute) };

    /// <summary>The limit that is full, and of several the one that stays so for the longest.</summary>
    private static KeyLimit? FullOf(KeyUse use)
    {
        (KeyLimit Limit, LimitStanding? Standing)[] limits =
        [
            (KeyLimit.Requests, use.Requests), (KeyLimit.Tokens, use.Tokens), (KeyLimit.Concurrent, use.Concurrent),
        ];
        return limits
            .Where(one => one.Standing is { IsFull: true })
            .OrderByDescending(one => one.Standing!.Free)
            .Select(one => (KeyLimit?)one.Limit)
            .FirstOrDefault();
    }

    private static async Task<LimitStanding> StandingAsync(ITransaction transaction, string sql, Guid key, int limit) =>
        (await transaction.QueryAsync(sql, row => SlidingMinute.Read(row, limit), key, -Minute, (long)limit)).Single();

    private static string Ended(SqlDialect sql, string which) => $"""
        SELECT {sql.MillisecondsSince("g.finished_at")} AS age,
            coalesce(g.input_tokens, 0) + coalesce(g.output_tokens, 0) AS amount
        FROM generations g CROSS JOIN api_key_uses u
        WHERE u.generation_id = g.id AND u.key_id = $1 AND g.finished_at > {sql.NowPlus("$2")} AND {which}
        """;
}
