using Millrace.Persistence;

namespace Millrace.Worker.Batches;

/// <summary>Counts the lines of all batches that have ended, and tells of it.</summary>
internal sealed class BatchTally(BatchTallyStore store, BatchEndStore ends, BatchNews news)
{
    /// <summary>How long who has seen an end may take to tell of it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>True while there are batches that run.</summary>
    public async Task<bool> CountAsync(CancellationToken cancellation)
    {
        var live = await store.LiveAsync(cancellation);
        foreach (var batch in live)
        {
            while (await CountAsync(batch, cancellation))
            {
            }
        }
        return live.Count > 0;
    }

    /// <summary>Tells of ends that nobody has told of: their worker has died.</summary>
    public async Task TellAsync(CancellationToken cancellation)
    {
        foreach (var batch in await ends.UntoldAsync(Patience, cancellation)) await news.EndAsync(batch, cancellation);
    }

    private async Task<bool> CountAsync(Guid id, CancellationToken cancellation)
    {
        if (await store.CountAsync(id, cancellation) is not { } count) return false;
        if (count.IsNews) await news.ProgressAsync(count.Batch, cancellation);
        if (BatchState.IsTerminal(count.Batch.State)) await news.EndAsync(count.Batch, cancellation);
        return count.MayHaveMore;
    }
}
