using System.Data.Common;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Usage;

/// <summary>
/// What was used and what it cost: one statement over the rows of generations. A tenant's report reads its own rows of the time, by the index of its list; a report
/// over all tenants reads the table, because an index by time alone would cost every generation a write for a question that an operator asks now and then.
/// </summary>
public sealed class UsageStore(IDatabase database, DatabaseOutage outage)
{
    /// <summary>The most rows of a report.</summary>
    public const int MostRows = 10_000;

    internal const string Sums = """
        count(*), count(*) FILTER (WHERE state = 'completed'), count(*) FILTER (WHERE state = 'failed'), count(*) FILTER (WHERE state = 'cancelled'),
        CAST(coalesce(sum(input_tokens), 0) AS bigint), CAST(coalesce(sum(cached_tokens), 0) AS bigint), CAST(coalesce(sum(output_tokens), 0) AS bigint),
        CAST(coalesce(sum(reasoning_tokens), 0) AS bigint), CAST(sum(cost_nanos) AS bigint),
        count(*) FILTER (WHERE cost_nanos IS NULL AND (state = 'completed' OR input_tokens > 0 OR output_tokens > 0))
        """;

    /// <summary>The report, its rows in the order of their keys.</summary>
    public async Task<UsageReport> ReadAsync(UsageQuery asked, CancellationToken cancellation)
    {
        var keys = asked.Groups.Select(Column).ToList();
        var places = string.Join(", ", Enumerable.Range(1, keys.Count));
        var sql = $"""
            SELECT {string.Concat(keys.Select(key => key + ", "))}{Sums} FROM generations
            WHERE received_at >= $1 AND received_at < $2{(asked.Tenant is null ? "" : " AND tenant = $3")}
            {(keys.Count == 0 ? "" : $"GROUP BY {places} ORDER BY {places}")} LIMIT {MostRows + 1}
            """;
        object?[] values = [database.Sql.Time(asked.From), database.Sql.Time(asked.To), .. asked.Tenant is { } tenant ? [tenant] : Array.Empty<object?>()];
        var rows = await outage.WaitOutAsync(token => database.QueryAsync(sql, row => Read(row, keys.Count), token, values), cancellation);
        return new([.. rows.Take(MostRows)], rows.Count > MostRows);
    }

    private string Column(UsageGroup group) => group switch
    {
        UsageGroup.Hour => database.Sql.UtcText("received_at", TimeCut.Hour),
        UsageGroup.Day => database.Sql.UtcText("received_at", TimeCut.Day),
        UsageGroup.Month => database.Sql.UtcText("received_at", TimeCut.Month),
        UsageGroup.Session => "coalesce(CAST(session_id AS text), '')",
        UsageGroup.Class => "CASE WHEN lane LIKE '%.bulk' THEN 'bulk' WHEN lane = '' THEN '' ELSE 'interactive' END",
        _ => group.ToString().ToLowerInvariant(),
    };

    internal static UsageRow Read(DbDataReader row, int first) => new(
        [.. Enumerable.Range(0, first).Select(row.GetString)],
        row.GetInt64(first), row.GetInt64(first + 1), row.GetInt64(first + 2), row.GetInt64(first + 3),
        row.GetInt64(first + 4), row.GetInt64(first + 5), row.GetInt64(first + 6), row.GetInt64(first + 7),
        Nanos.ToDollars(row.NumberOrNull(first + 8)), row.GetInt64(first + 9));
}
