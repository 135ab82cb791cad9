using System.Data.Common;
using System.Runtime.CompilerServices;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Batches;

/// <summary>The results of a batch, at any time: what is read is what has been counted, and it only grows.</summary>
public sealed class BatchResultStore(IDatabase database, DatabaseOutage outage)
{
    private const int PageSize = 200;

    private const string Rows = """
        SELECT l.number, l.position, l.custom_id, l.form, l.state, l.generation_id, l.request, g.outcome, g.finished_at, g.cost_nanos
        FROM batch_lines l LEFT JOIN generations g ON g.id = l.generation_id AND g.batch_id = l.batch_id
        WHERE l.batch_id = $1
        """;

    private static readonly string Answered = $"{Rows} AND l.state = 'completed' AND l.position > $2 ORDER BY l.position LIMIT {PageSize}";
    private static readonly string Faulty = $"{Rows} AND l.state IN ('failed', 'cancelled') AND l.position > $2 ORDER BY l.position LIMIT {PageSize}";
    private static readonly string NeverRun = $"{Rows} AND l.state = 'pending' AND l.number > $2 ORDER BY l.number LIMIT {PageSize}";
    private static readonly string Numbered = $"{Rows} AND l.number > $2 ORDER BY l.number LIMIT {PageSize}";

    /// <summary>The results that there are now, behind a place. A later call with the last one's place goes on.</summary>
    public async IAsyncEnumerable<BatchResult> ReadAsync(
        Batch batch, BatchResults which, BatchPlace after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var hasEnded = BatchState.IsTerminal(batch.State);
        if (which == BatchResults.InOrder)
        {
            await foreach (var result in PagesAsync(Numbered, batch.Id, after.Number, result => result.Number, cancellation))
            {
                if (!hasEnded && result.State is BatchLineState.Pending or BatchLineState.Released) yield break;
                yield return result;
            }
            yield break;
        }
        await foreach (var result in PagesAsync(which == BatchResults.Answers ? Answered : Faulty, batch.Id, after.Position, result => result.Position!.Value, cancellation))
            yield return result;
        if (which == BatchResults.Answers || !hasEnded) yield break;
        await foreach (var result in PagesAsync(NeverRun, batch.Id, after.Number, result => result.Number, cancellation)) yield return result;
    }

    /// <summary>A line by its name, as it stands; null if the batch has none of that name.</summary>
    public async Task<BatchResult?> FindAsync(Batch batch, string customId, CancellationToken cancellation) =>
        (await outage.WaitOutAsync(token => database.QueryAsync($"{Rows} AND l.custom_id = $2", Read, token, batch.Id, customId), cancellation)).SingleOrDefault();

    /// <summary>The place behind the first results of a kind, for a reader who knows only how many it has.</summary>
    public async Task<BatchPlace> SkipAsync(Batch batch, BatchResults which, long count, CancellationToken cancellation)
    {
        if (count == 0) return BatchPlace.Start;
        if (which == BatchResults.InOrder) return new(long.MaxValue, await FindAsync(NthNumber, batch, count, cancellation) ?? long.MaxValue);
        var states = which == BatchResults.Answers ? "l.state = 'completed'" : "l.state IN ('failed', 'cancelled')";
        if (await FindAsync(NthPosition(states), batch, count, cancellation) is { } position) return new(position, 0);
        var placed = (await outage.WaitOutAsync(token => database.QueryAsync(
            $"SELECT count(*) FROM batch_lines l WHERE l.batch_id = $1 AND {states} AND l.position IS NOT NULL", row => row.GetInt64(0), token, batch.Id), cancellation)).Single();
        return placed == count || which == BatchResults.Answers ? new(long.MaxValue, 0) : new(long.MaxValue, await FindAsync(NthNeverRun, batch, count - placed, cancellation) ?? long.MaxValue);
    }

    private const string NthNumber = "SELECT number FROM batch_lines WHERE batch_id = $1 ORDER BY number LIMIT 1 OFFSET $2";
    private const string NthNeverRun = "SELECT number FROM batch_lines WHERE batch_id = $1 AND state = 'pending' ORDER BY number LIMIT 1 OFFSET $2";

    private static string NthPosition(string states) => $"SELECT l.position FROM batch_lines l WHERE l.batch_id = $1 AND {states} AND l.position IS NOT NULL ORDER BY l.position LIMIT 1 OFFSET $2";

    private async Task<long?> FindAsync(string nth, Batch batch, long count, CancellationToken cancellation)
    {
        var found = await outage.WaitOutAsync(token => database.QueryAsync(nth, row => row.GetInt64(0), token, batch.Id, count - 1), cancellation);
        return found.Count == 0 ? null : found[0];
    }

    private async IAsyncEnumerable<BatchResult> PagesAsync(
        string sql, Guid batch, long after, Func<BatchResult, long> place, [EnumeratorCancellation] CancellationToken cancellation)
    {
        List<BatchResult> page;
        do
        {
            var from = after;
            page = await outage.WaitOutAsync(token => database.QueryAsync(sql, Read, token, batch, from), cancellation);
            foreach (var result in page) yield return result;
            if (page.Count > 0) after = place(page[^1]);
        }
        while (page.Count == PageSize);
    }

    private BatchResult Read(DbDataReader row) => new(
        row.GetInt64(0), row.NumberOrNull(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetGuid(5), row.GetString(6),
        row.TextOrNull(7), database.Sql.ReadTimeOrNull(row, 8), row.NumberOrNull(9));
}
