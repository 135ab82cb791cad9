using Millrace.Contracts;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Generations;

/// <summary>Generations for readers, each tenant's its own. One that was erased is not there.</summary>
public sealed class GenerationStore(IDatabase database, DatabaseOutage outage)
{
    private const string Columns = """
        SELECT id, state, provider, model, channel, session_id, attempt, received_at, started_at, finished_at,
            not_before, last_sequence, input_tokens, cached_tokens, output_tokens, reasoning_tokens, request_hash,
            cost_nanos, lane
        """;

    private readonly string erase = $"""
        UPDATE generations SET request = NULL, failures = NULL, correlation = NULL, requesters = NULL,
            erased_at = {database.Sql.Now}, log_removed_at = coalesce(log_removed_at, {database.Sql.Now})
        WHERE id = $1 AND tenant = $2 AND finished_at IS NOT NULL AND erased_at IS NULL
        """;

    // A line keeps its request, to be run again; what is left of it names the generation and nothing that was said
    private readonly string eraseLine = $"""
        UPDATE batch_lines SET request = {database.Sql.Json("$2")}
        WHERE generation_id = $1 AND (batch_id, number) = (SELECT batch_id, batch_line FROM generations WHERE id = $1)
        """;

    /// <summary>The generation, or null if this tenant has none of that id.</summary>
    public Task<GenerationSnapshot?> FindAsync(string tenant, Guid id, CancellationToken cancellation) =>
        outage.FindAsync(
            $"{Columns}, request, outcome FROM generations WHERE id = $1 AND tenant = $2 AND erased_at IS NULL", Read,
            cancellation, id, tenant);

    /// <summary>Whose generation has the id, and whether it was erased; null if none has it.</summary>
    public async Task<(string Tenant, bool IsErased)?> OwnerAsync(Guid id, CancellationToken cancellation)
    {
        var found = await outage.QueryAsync(
            "SELECT tenant, erased_at IS NOT NULL AS is_erased FROM generations WHERE id = $1",
            row => (row.GetString("tenant"), row.GetBoolean("is_erased")), cancellation, id);
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>Generations, the latest first.</summary>
    public Task<List<GenerationSnapshot>> ListAsync(
        string tenant, GenerationFilter filter, GenerationCursor? after, int limit, CancellationToken cancellation)
    {
        var (conditions, values) = (
            new List<string> { "tenant = $1", "erased_at IS NULL" }, new List<object?> { tenant });
        Narrow("state = {0}", filter.State);
        Narrow("session_id = {0}", filter.SessionId);
        Narrow("channel = {0}", filter.Channel);
        Narrow("provider = {0}", filter.Provider);
        Narrow("model = {0}", filter.Model);
        Narrow("received_at > {0}", filter.ReceivedAfter is { } from ? database.Sql.Time(from) : null);
        Narrow("received_at < {0}", filter.ReceivedBefore is { } to ? database.Sql.Time(to) : null);
        if (after is not null)
        {
            values.AddRange([database.Sql.Time(after.ReceivedAt), after.Id]);
            conditions.Add($"(received_at, id) < (${values.Count - 1}, ${values.Count})");
        }
        var sql = $"""
            {Columns}, NULL AS request, NULL AS outcome FROM generations
            WHERE {string.Join(" AND ", conditions)} ORDER BY received_at DESC, id DESC LIMIT {limit}
            """;
        return outage.QueryAsync(sql, Read, cancellation, [.. values]);

        void Narrow(string condition, object? value)
        {
            if (value is null) return;
            values.Add(value);
            conditions.Add(string.Format(
                System.Globalization.CultureInfo.InvariantCulture, condition, $"${values.Count}"));
        }
    }

    /// <summary>
    /// Erases what was said in a generation that has ended: request, chunks, steps, calls and messages to webhooks, and
    /// its texts in the outcome. The row stays, for late repeats of its request. False if this tenant has none of that
    /// id that has ended. The transcript of a session is the session's and stays.
    /// </summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="id">Which.</param>
    /// <param name="bareOutcome">The terminal event without its texts.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<bool> EraseAsync(string tenant, Guid id, string bareOutcome, CancellationToken cancellation) =>
        outage.TransactAsync(async transaction =>
        {
            if (await transaction.ExecuteAsync(erase, id, tenant) == 0) return false;
            await transaction.ExecuteAsync(
                $"UPDATE generations SET outcome = {database.Sql.Json("$2")} WHERE id = $1", id, bareOutcome);
            await transaction.ExecuteAsync(eraseLine, id, $$"""{"generationId":"{{id}}"}""");
            foreach (var table in new[] { "chunks", "steps", "tool_calls", "webhook_deliveries" })
                await transaction.ExecuteAsync($"DELETE FROM {table} WHERE generation_id = $1", id);
            return true;
        }, cancellation);

    private static GenerationSnapshot Read(Row row) => new()
    {
        Id = row.GetGuid("id"),
        RequestHash = row.GetBytes("request_hash"),
        State = row.GetString("state"),
        Provider = row.GetString("provider"),
        Model = row.GetString("model"),
        Channel = row.GetString("channel"),
        SessionId = row.GetGuidOrNull("session_id"),
        Request = row.GetStringOrNull("request"),
        Attempt = row.GetInt32("attempt"),
        ReceivedAt = row.GetTime("received_at"),
        StartedAt = row.GetTimeOrNull("started_at"),
        FinishedAt = row.GetTimeOrNull("finished_at"),
        NotBefore = row.GetTimeOrNull("not_before"),
        LastSequence = row.GetInt64("last_sequence"),
        Usage = ReadUsage(row),
        Cost = Nanos.ToDollars(row.GetInt64OrNull("cost_nanos")),
        Outcome = row.GetStringOrNull("outcome"),
        Lane = row.GetString("lane"),
    };

    /// <summary>Null while no provider has counted anything.</summary>
    private static TokenUsage? ReadUsage(Row row)
    {
        var (input, output) = (row.GetInt64OrNull("input_tokens"), row.GetInt64OrNull("output_tokens"));
        if (input is null && output is null) return null;
        return new()
        {
            Input = input,
            Cached = row.GetInt64OrNull("cached_tokens"),
            Output = output,
            Reasoning = row.GetInt64OrNull("reasoning_tokens"),
        };
    }
}
