using Microsoft.Extensions.Options;
using Millrace.Persistence;
using Millrace.Worker.Cancel;
using Millrace.Worker.Events;
using Millrace.Worker.Fleet;
using Millrace.Worker.Hosting;
using Millrace.Worker.Lanes;
using Millrace.Worker.Runs;

namespace Millrace.Worker.Sweep;

/// <summary>Every second, what fell through: parked and due, queued without a ticket, running on a dead worker, ended but not announced.</summary>
internal sealed partial class Sweeper(
    SweepStore store, WorkerStore workers, LaneSet lanes, RunSet runs, TicketSender tickets, Announcer announcer, UnclaimedEnding unclaimed,
    HeartbeatService heartbeat, WorkerIdentity worker, IOptions<MillraceOptions> options, TimeProvider time, ILogger<Sweeper> log)
    : BackgroundService
{
    /// <summary>How long a ticket or an announcement may be on its way before another is sent.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Housekeeping = TimeSpan.FromMinutes(1);

    private Dictionary<Guid, long> suspects = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        var tidied = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryAsync(SweepAsync, stoppingToken);
            if (time.GetElapsedTime(tidied) < Housekeeping) continue;
            await TryAsync(token => store.ForgetAsync(options.Value.ChunkRetention, token), stoppingToken);
            tidied = time.GetTimestamp();
        }
    }

    private async Task SweepAsync(CancellationToken cancellation)
    {
        await TicketAsync(await store.DueAsync(cancellation), "due", cancellation);
        foreach (var lane in lanes.All.Where(lane => lane.HasFreeSlots))
            await TicketAsync(await store.LostAsync(lane.Name, Patience, cancellation), "without a ticket", cancellation);
        if (heartbeat.CanJudgeOthers)
            await TicketAsync(await store.OrphanedAsync(Patience, cancellation), "on a dead worker", cancellation);
        foreach (var expired in await store.ExpiredAsync(cancellation)) await unclaimed.ExpireAsync(expired, cancellation);
        foreach (var announcement in await store.UnannouncedAsync(Patience, cancellation)) await announcer.AnnounceAsync(announcement, cancellation);
        await FreeOwnAsync(cancellation);
    }

    private async Task TicketAsync(List<(Guid Id, string Lane)> found, string state, CancellationToken cancellation)
    {
        if (found.Count > 0) LogFound(found.Count, state);
        foreach (var (id, lane) in found) await tickets.SendAsync(id, lane, cancellation);
    }

    /// <summary>
    /// Generations that the table has said for a while that this worker runs, and that it does not: a claim whose answer was lost. Nobody
    /// else would take them while this worker lives. A claim that was just committed is not one: it gets as long as a dead worker.
    /// </summary>
    private async Task FreeOwnAsync(CancellationToken cancellation)
    {
        var missing = (await workers.OwnedAsync(worker.Id, cancellation)).Where(id => runs.Find(id) is null)
            .ToDictionary(id => id, id => suspects.GetValueOrDefault(id, time.GetTimestamp()));
        suspects = missing;
        foreach (var id in missing.Where(suspect => time.GetElapsedTime(suspect.Value) > options.Value.DeadAfter).Select(suspect => suspect.Key))
        {
            if (await workers.AbandonAsync(id, worker.Id, cancellation) is { } lane) await TicketAsync([(id, lane)], "owned but not run", cancellation);
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> sweep, CancellationToken stopping)
    {
        try
        {
            await sweep(stopping);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested) // the next tick tries again
        {
            LogFailed(fault.GetType().Name);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Count} generations were {State}")]
    private partial void LogFound(int count, string state);

    [LoggerMessage(LogLevel.Warning, "A sweep failed: {Fault}")]
    private partial void LogFailed(string fault);
}
