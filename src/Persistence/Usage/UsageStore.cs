using Millrace.Persistence.Commit;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Usage;

/// <summary>
/// What was used and what it cost: one statement over the rows of generations. A tenant's report reads its own rows of
/// the time, by the index of its list; a report over all tenants reads the table, because an index by time alone would
/// cost every generation a write for a question that an operator asks now and then.
/// </summary>
public sealed class UsageStore(IDatabase database, DatabaseOutage outage)
{
    /// <summary>The most rows of a report.</summary>
    public const int MostRows = 10_000;

    internal const string Sums = $"""
        count(*) AS generations,
        count(*) FILTER (WHERE state = '{GenerationState.Completed}') AS completed,
        count(*) FILTER (WHERE state = '{GenerationState.Failed}') AS failed,
        count(*) FILTER (WHERE state = '{GenerationState.Cancelled}') AS cancelled,
        CAST(coalesce(sum(input_tokens), 0) AS bigint) AS all_input,
        CAST(coalesce(sum(cached_tokens), 0) AS bigint) AS all_cached,
        CAST(coalesce(sum(output_tokens), 0) AS bigint) AS all_output,
        CAST(coalesce(sum(reasoning_tokens), 0) AS bigint) AS all_reasoning,
        CAST(sum(cost_nanos) AS bigint) AS all_nanos,
        count(*) FILTER (WHERE cost_nanos IS NULL
            AND (state = '{GenerationState.Completed}' OR input_tokens > 0 OR output_tokens > 0)) AS without_price
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
        var values = new List<object?> { database.Sql.Time(asked.From), database.Sql.Time(asked.To) };
        if (asked.Tenant is not null) values.Add(asked.Tenant);
        var rows = await outage.QueryAsync(sql, row => Read(row, keys.Count), cancellation, [.. values]);
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

    /// <param name="row">The sums, behind the keys of their group.</param>
    /// <param name="keys">How many keys there are.</param>
    internal static UsageRow Read(Row row, int keys) => new()
    {
        Keys = row.GetFirstStrings(keys),
        Generations = row.GetInt64("generations"),
        Completed = row.GetInt64("completed"),
        Failed = row.GetInt64("failed"),
        Cancelled = row.GetInt64("cancelled"),
        InputTokens = row.GetInt64("all_input"),
        CachedTokens = row.GetInt64("all_cached"),
        OutputTokens = row.GetInt64("all_output"),
        ReasoningTokens = row.GetInt64("all_reasoning"),
        Cost = Nanos.ToDollars(row.GetInt64OrNull("all_nanos")),
        WithoutPrice = row.GetInt64("without_price"),
    };
}
