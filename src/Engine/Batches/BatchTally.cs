using Millrace.Engine.Failures;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Model;

namespace Millrace.Engine.Batches;

/// <summary>Counts the lines of all batches that have ended, and tells of it. No batch keeps the others waiting.</summary>
internal sealed class BatchTally(BatchTallyStore store, BatchEndStore ends, BatchEvents news, DatabaseOutage outage, TimeProvider time, ILogger<BatchTally> log)
{
    private const string Counting = "The count";
    private const string Telling = "The end";

    /// <summary>How long who has seen an end may take to tell of it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How long one batch may keep the others waiting: a count takes a thousand lines at a time, and it may have a million.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly RowLoop rows = new(outage, time, log);

    /// <summary>True while there are batches that run.</summary>
    public async Task<bool> CountAsync(CancellationToken cancellation)
    {
        var live = await store.LiveAsync(cancellation);
        live.RemoveAll(batch => rows.IsAside(Counting, batch));
        await rows.EachAsync(Counting, live, id => id, CountAsync, Longest, cancellation);
        return live.Count > 0;
    }

    /// <summary>Tells of ends that nobody has told of: their worker has died.</summary>
    public async Task TellAsync(CancellationToken cancellation) =>
        await rows.EachAsync(Telling, await ends.UntoldAsync(Patience, cancellation), batch => batch.Id, news.EndAsync, Longest, cancellation);

    private async Task CountAsync(Guid id, CancellationToken cancellation)
    {
        while (await store.CountAsync(id, cancellation) is { } count)
        {
            if (count.IsNews) await news.ProgressAsync(count.Batch, cancellation);
            if (BatchState.IsTerminal(count.Batch.State)) await news.EndAsync(count.Batch, cancellation);
            if (!count.MayHaveMore) return;
        }
    }
}
