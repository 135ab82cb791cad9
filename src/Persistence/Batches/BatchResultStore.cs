using System.Runtime.CompilerServices;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Batches;

/// <summary>The results of a batch, at any time: what is read is what has been counted, and it only grows.</summary>
public sealed class BatchResultStore(DatabaseOutage outage)
{
    private const int PageSize = 200;

    private const string IsAnswered = $"l.state = '{BatchLineState.Completed}'";
    private const string IsFaulty = $"l.state IN ('{BatchLineState.Failed}', '{BatchLineState.Cancelled}')";
    private const string NeverRan = $"l.state = '{BatchLineState.Pending}'";

    private const string Rows = """
        SELECT l.number, l.position, l.custom_id, l.form, l.state, l.generation_id, l.request, g.outcome, g.finished_at,
            g.cost_nanos
        FROM batch_lines l LEFT JOIN generations g ON g.id = l.generation_id AND g.batch_id = l.batch_id
        WHERE l.batch_id = $1
        """;

    private static readonly string Answered = $"{Rows} AND {IsAnswered} AND l.position > $2 ORDER BY l.position LIMIT {PageSize}";
    private static readonly string Faulty = $"{Rows} AND {IsFaulty} AND l.position > $2 ORDER BY l.position LIMIT {PageSize}";
    private static readonly string Idle = $"{Rows} AND {NeverRan} AND l.number > $2 ORDER BY l.number LIMIT {PageSize}";
    private static readonly string Numbered = $"{Rows} AND l.number > $2 ORDER BY l.number LIMIT {PageSize}";

    private const string NthNumber = """
        SELECT number FROM batch_lines WHERE batch_id = $1 ORDER BY number LIMIT 1 OFFSET $2
        """;

    private const string NthIdle = $"""
        SELECT l.number FROM batch_lines l WHERE l.batch_id = $1 AND {NeverRan} ORDER BY l.number LIMIT 1 OFFSET $2
        """;

    /// <summary>
    /// The results that there are now, behind a place. A later call with the last one's place goes on.
    /// </summary>
    public async IAsyncEnumerable<BatchResult> ReadAsync(
        Batch batch, BatchResults which, BatchPlace after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var results = which switch
        {
            BatchResults.InOrder => ReadInOrderAsync(batch, after, cancellation),
            BatchResults.Answers => PagesAsync(Answered, batch.Id, after.Position, PositionOf, cancellation),
            _ => ReadErrorsAsync(batch, after, cancellation),
        };
        await foreach (var result in results) yield return result;
    }

    /// <summary>A line by its name, as it stands; null if the batch has none of that name.</summary>
    public async Task<BatchResult?> FindAsync(Batch batch, string customId, CancellationToken cancellation)
    {
        return await outage.FindAsync($"{Rows} AND l.custom_id = $2", Read, cancellation, batch.Id, customId);
    }

    /// <summary>The place behind the first results of a kind, for a reader who knows only how many it has.</summary>
    public async Task<BatchPlace> SkipAsync(Batch batch, BatchResults which, long count, CancellationToken cancellation)
    {
        if (count == 0) return BatchPlace.Start;
        if (which == BatchResults.InOrder) return BehindAll(await FindNthAsync(NthNumber, batch, count, cancellation));

        var condition = which == BatchResults.Answers ? IsAnswered : IsFaulty;
        if (await FindNthAsync(NthPosition(condition), batch, count, cancellation) is { } position)
            return new(position, 0);

        // It has all that ran, and of the errors perhaps some that never did
        var placed = await CountPlacedAsync(condition, batch, cancellation);
        if (placed == count || which == BatchResults.Answers) return BehindAll(number: 0);
        return BehindAll(await FindNthAsync(NthIdle, batch, count - placed, cancellation));
    }

    /// <summary>All lines, up to the first that has not ended; once the batch has ended, all.</summary>
    private async IAsyncEnumerable<BatchResult> ReadInOrderAsync(
        Batch batch, BatchPlace after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var hasEnded = BatchState.IsTerminal(batch.State);
        await foreach (var result in PagesAsync(Numbered, batch.Id, after.Number, NumberOf, cancellation))
        {
            var isOpen = result.State is BatchLineState.Pending or BatchLineState.Released;
            if (isOpen && !hasEnded) yield break;
            yield return result;
        }
    }

    /// <summary>What failed or was stopped; once the batch has ended, behind it what never ran.</summary>
    private async IAsyncEnumerable<BatchResult> ReadErrorsAsync(
        Batch batch, BatchPlace after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var result in PagesAsync(Faulty, batch.Id, after.Position, PositionOf, cancellation))
            yield return result;
        if (!BatchState.IsTerminal(batch.State)) yield break;
        await foreach (var result in PagesAsync(Idle, batch.Id, after.Number, NumberOf, cancellation))
            yield return result;
    }

    private async IAsyncEnumerable<BatchResult> PagesAsync(
        string sql, Guid batch, long after, Func<BatchResult, long> place, [EnumeratorCancellation] CancellationToken cancellation)
    {
        List<BatchResult> page;
        do
        {
            var from = after;
            page = await outage.QueryAsync(sql, Read, cancellation, batch, from);
            foreach (var result in page) yield return result;
            if (page.Count > 0) after = place(page[^1]);
        }
        while (page.Count == PageSize);
    }

    private static string NthPosition(string condition) => $"""
        SELECT l.position FROM batch_lines l WHERE l.batch_id = $1 AND {condition} AND l.position IS NOT NULL
        ORDER BY l.position LIMIT 1 OFFSET $2
        """;

    private async Task<long?> FindNthAsync(string nth, Batch batch, long count, CancellationToken cancellation)
    {
        var found = await outage.QueryAsync(nth, row => row.GetOnly<long>(), cancellation, batch.Id, count - 1);
        return found.Count == 0 ? null : found[0];
    }

    private async Task<long> CountPlacedAsync(string condition, Batch batch, CancellationToken cancellation)
    {
        var sql = $"SELECT count(*) FROM batch_lines l WHERE l.batch_id = $1 AND {condition} AND l.position IS NOT NULL";
        return (await outage.QueryAsync(sql, row => row.GetOnly<long>(), cancellation, batch.Id)).Single();
    }

    /// <summary>
    /// Behind everything that has a position, and behind a line among those that have none; without one, behind all of
    /// them.
    /// </summary>
    private static BatchPlace BehindAll(long? number) => new(long.MaxValue, number ?? long.MaxValue);

    private static long PositionOf(BatchResult result) => result.Position!.Value;

    private static long NumberOf(BatchResult result) => result.Number;

    private static BatchResult Read(Row row) => new()
    {
        Number = row.GetInt64("number"),
        Position = row.GetInt64OrNull("position"),
        CustomId = row.GetString("custom_id"),
        Form = row.GetString("form"),
        State = row.GetString("state"),
        GenerationId = row.GetGuid("generation_id"),
        Request = row.GetString("request"),
        Outcome = row.GetStringOrNull("outcome"),
        FinishedAt = row.GetTimeOrNull("finished_at"),
        CostNanos = row.GetInt64OrNull("cost_nanos"),
    };
}
