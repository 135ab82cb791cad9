using Millrace.Persistence.Commit;
using Millrace.Persistence.Membership;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.Poison;

/// <summary>
/// Which workers have died over something, so that nothing kills one after the other. A death counts when the worker
/// had the thing in hand, is not heard any more, did not leave in order, and its death is not explained by something
/// else already.
/// </summary>
/// <remarks>
/// Nothing is counted up. Generations and batches keep the ids of the owners that they were taken from, messages stand
/// in their workers' rows of <c>in_flight</c>, and whether that was a death is asked when it matters: a worker that was
/// only slow, and is heard again, was none. What is refused explains the deaths of its workers; whoever was in hand
/// beside it is as good as new.
/// </remarks>
public sealed class Deaths(IDatabase database, DatabaseOutage outage, Liveness liveness)
{
    /// <summary>How long a dead worker's row is kept, and what is refused stays known.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    private readonly string unexplained = $"""
        f.laid_to IS NULL AND NOT EXISTS (SELECT 1 FROM workers w WHERE w.id = f.worker_id AND {liveness.IsAlive("w")})
        """;

    private const string IsLost = "$1 LIKE '%' || CAST(f.worker_id AS text) || '%'";

    private string CountLost => $"SELECT count(*) FROM in_flight f WHERE {IsLost} AND {unexplained}";

    private string ExplainLost => $"UPDATE in_flight AS f SET laid_to = $2 WHERE {IsLost} AND {unexplained}";

    private string ExplainMessage =>
        $"UPDATE in_flight AS f SET laid_to = $1 WHERE f.messages LIKE '%' || $1 || '%' AND {unexplained}";

    private string Record => $"""
        INSERT INTO poison_records (subject, kind, deaths, refused_at) VALUES ($1, $2, $3, {database.Sql.Now})
        ON CONFLICT (subject) DO UPDATE SET refused_at = excluded.refused_at
        """;

    /// <summary>Appends a generation's or batch's owner to the workers that it was taken from.</summary>
    internal static string AppendOwner => "coalesce(lost_workers || ' ', '') || CAST(owner AS text)";

    /// <summary>How many of the workers that it was taken from have died.</summary>
    public async Task<int> CountAsync(string lostWorkers, CancellationToken cancellation) =>
        (await outage.QueryAsync(CountLost, row => (int)row.GetOnly<long>(), cancellation, lostWorkers)).Single();

    /// <summary>Records that a generation or a batch was refused. Its workers' deaths are explained by it.</summary>
    public async Task RecordAsync(RefusedWork refused, string lostWorkers, CancellationToken cancellation)
    {
        await RecordAsync(refused, cancellation);
        await outage.ExecuteAsync(ExplainLost, cancellation, lostWorkers, refused.Subject);
    }

    /// <summary>The same of a message.</summary>
    public async Task RecordMessageAsync(RefusedWork refused, CancellationToken cancellation)
    {
        await RecordAsync(refused, cancellation);
        await outage.ExecuteAsync(ExplainMessage, cancellation, refused.Subject);
    }

    private async Task RecordAsync(RefusedWork refused, CancellationToken cancellation) =>
        await outage.ExecuteAsync(Record, cancellation, refused.Subject, refused.Kind, refused.Deaths);
}
