using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Persistence;
using Millrace.Worker.Hosting;
using Millrace.Worker.Lanes;

namespace Millrace.Worker.Batches;

/// <summary>Keeps a window of bulk generations on each lane, so that a queue is never longer than a few seconds and who comes later has its turn soon.</summary>
internal sealed class BulkFeeder(BulkFeedStore store, LaneSet lanes, TicketSender tickets, IOptions<MillraceOptions> options)
{
    private const int PerSlot = 4;
    private const int LeastWindow = 256;

    private readonly IReadOnlyDictionary<string, Lane> bulk = lanes.All.Where(lane => lane.Class == GenerationClass.Bulk).ToDictionary(lane => lane.Name, StringComparer.Ordinal);

    public async Task OpenAsync(CancellationToken cancellation)
    {
        foreach (var lane in bulk.Keys) await store.OpenAsync(lane, cancellation);
    }

    /// <summary>Lets go what there is room for. True if there was anything.</summary>
    public async Task<bool> FeedAsync(CancellationToken cancellation)
    {
        var any = false;
        foreach (var name in await store.WaitingAsync(cancellation))
        {
            if (!bulk.TryGetValue(name, out var lane)) continue; // of a provider that only others have
            any |= await FeedAsync(lane, cancellation);
        }
        return any;
    }

    private async Task<bool> FeedAsync(Lane lane, CancellationToken cancellation)
    {
        var window = options.Value.Batches.Window ?? Math.Max(LeastWindow, PerSlot * lane.Concurrency * await store.WorkersAsync(cancellation));
        var gone = await store.FeedAsync(lane.Name, (flying, waiting) => Shares.Plan(window, flying, waiting, _ => 1), cancellation);
        await Task.WhenAll(gone.Select(generation => tickets.SendAsync(generation, lane.Name, cancellation)));
        return gone.Count > 0;
    }
}
