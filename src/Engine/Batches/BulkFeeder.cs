using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Failures;
using Millrace.Engine.Settings;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Commit;

namespace Millrace.Engine.Batches;

/// <summary>Keeps a window of bulk generations on each lane, so that a queue is never longer than a few seconds and who comes later has its turn soon.</summary>
internal sealed class BulkFeeder(
    BulkFeedStore store, LaneSet lanes, TicketSender tickets, FeedPlan plan, DatabaseOutage outage, IOptions<MillraceOptions> options, TimeProvider time, ILogger<BulkFeeder> log)
{
    private const int PerSlot = 4;
    private const int LeastWindow = 256;

    private const string Lines = "The release of lines";

    /// <summary>How long one lane may keep the others waiting.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly IReadOnlyDictionary<string, Lane> bulk = lanes.All.Where(lane => lane.Class == GenerationClass.Bulk).ToDictionary(lane => lane.Name, StringComparer.Ordinal);

    private readonly RowLoop rows = new(outage, time, log);

    private bool isOpen;

    /// <summary>Lets go what there is room for. True if there was anything. A batch whose lines cannot be let go does not keep its lane waiting, nor a lane the others.</summary>
    public async Task<bool> FeedAsync(CancellationToken cancellation)
    {
        if (!isOpen) foreach (var lane in bulk.Keys) await store.OpenAsync(lane, cancellation);
        isOpen = true;
        var any = false;
        var waiting = (await store.WaitingAsync(cancellation)).Where(bulk.ContainsKey); // others are of providers that only others have
        await rows.EachAsync("The feeding", waiting, name => name, async (name, token) => any |= await TryFeedAsync(bulk[name], token), Longest, cancellation);
        return any;
    }

    private async Task<bool> TryFeedAsync(Lane lane, CancellationToken cancellation)
    {
        try
        {
            return await FeedAsync(lane, cancellation);
        }
        catch (BatchFeedException bad)
        {
            rows.SetAside(Lines, bad.Batch, bad);
            return true; // the next round goes on without it
        }
    }

    private async Task<bool> FeedAsync(Lane lane, CancellationToken cancellation)
    {
        var window = options.Value.Batches.Window ?? Math.Max(LeastWindow, PerSlot * lane.Concurrency * await store.WorkersAsync(cancellation));
        var gone = await store.FeedAsync(lane.Name, (flying, all) => plan.Make(lane, window, flying, [.. all.Where(IsFine)]), cancellation);
        await Task.WhenAll(gone.Select(generation => tickets.SendAsync(generation, lane.Name, cancellation)));
        return gone.Count > 0;
    }

    /// <summary>A batch whose lines could not be let go a moment ago is left for later.</summary>
    private bool IsFine(OffLane source) => source.Batch is not { } batch || !rows.IsAside(Lines, batch);
}
