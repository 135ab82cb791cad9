using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Persistence;
using Millrace.Worker.Budgets;
using Millrace.Worker.Hosting;
using Millrace.Worker.Lanes;
using Millrace.Worker.Limits;

namespace Millrace.Worker.Batches;

/// <summary>Keeps a window of bulk generations on each lane, so that a queue is never longer than a few seconds and who comes later has its turn soon.</summary>
internal sealed class BulkFeeder(
    BulkFeedStore store, LaneSet lanes, TicketSender tickets, LimitRules limits, TenantBudgets tenants, IOptions<MillraceOptions> options)
{
    private const int PerSlot = 4;
    private const int LeastWindow = 256;

    /// <summary>What a limited model can be asked in this time is enough on its lane: more would keep others of the lane waiting behind it.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyDictionary<string, Lane> bulk = lanes.All.Where(lane => lane.Class == GenerationClass.Bulk).ToDictionary(lane => lane.Name, StringComparer.Ordinal);

    private bool isOpen;

    /// <summary>Lets go what there is room for. True if there was anything.</summary>
    public async Task<bool> FeedAsync(CancellationToken cancellation)
    {
        if (!isOpen) foreach (var lane in bulk.Keys) await store.OpenAsync(lane, cancellation);
        isOpen = true;
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
        var gone = await store.FeedAsync(lane.Name, (flying, waiting) => Shares.Plan(window, flying, [.. waiting.Select(source => Limit(lane, source, flying, waiting))], tenants.WeightOf), cancellation);
        await Task.WhenAll(gone.Select(generation => tickets.SendAsync(generation, lane.Name, cancellation)));
        return gone.Count > 0;
    }

    /// <summary>Those of the same model have the room together.</summary>
    private OffLane Limit(Lane lane, OffLane source, IReadOnlyList<OnLane> flying, IReadOnlyList<OffLane> waiting)
    {
        if (source.Model is not { } model) return source;
        var room = limits.Room(lane.Provider, model, source.Tenant, Ahead,
            ofTenant => flying.Where(on => on.Model == model && (!ofTenant || on.Tenant == source.Tenant)).Sum(on => on.Count));
        if (room is not { } free) return source;
        var sharers = waiting.Count(other => other.Model == model);
        return source with { Count = Math.Min(source.Count, (free + sharers - 1) / sharers) };
    }
}
