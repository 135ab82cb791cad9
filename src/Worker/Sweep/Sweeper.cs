using Microsoft.Extensions.Options;
using Millrace.Persistence;
using Millrace.Worker.Cancel;
using Millrace.Worker.Events;
using Millrace.Worker.Fleet;
using Millrace.Worker.Hosting;
using Millrace.Worker.Intake;
using Millrace.Worker.Lanes;
using Millrace.Worker.Runs;
using Millrace.Worker.Telemetry;

namespace Millrace.Worker.Sweep;

/// <summary>Every second, what fell through: parked and due, queued without a ticket, running on a dead worker, ended but not announced, or not settled.</summary>
internal sealed partial class Sweeper(
    SweepStore store, ContentStore contents, FileStore files, SharedAnswerStore answers, ReservationStore reservations, WorkerStore workers, LaneSet lanes, RunSet runs, TicketSender tickets, Announcer announcer, UnclaimedEnding unclaimed,
    WorkerIdentity worker, IOptions<MillraceOptions> options, FleetMetrics metrics, TimeProvider time, ILogger<Sweeper> log)
    : BackgroundService
{
    /// <summary>How long a ticket or an announcement may be on its way before another is sent.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How long one part may wait for the broker or the database before the next has its turn.</summary>
    private static readonly TimeSpan LongestPart = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Housekeeping = TimeSpan.FromMinutes(1);

    /// <summary>What has not come in by then is not coming any more.</summary>
    private static readonly TimeSpan LongestUpload = TimeSpan.FromDays(1);

    private Dictionary<Guid, long> suspects = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        var tidied = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await SweepAsync(stoppingToken);
            if (time.GetElapsedTime(tidied) < Housekeeping) continue;
            await TryAsync(token => store.ForgetAsync(options.Value.ChunkRetention, token), stoppingToken);
            await TryAsync(token => contents.ForgetAsync(options.Value.ContentRetention, token), stoppingToken);
            await TryAsync(token => answers.ForgetAsync(RequestRules.LongestReuse, token), stoppingToken);
            await TryAsync(token => files.ForgetAsync(LongestUpload, token), stoppingToken);
            tidied = time.GetTimestamp();
        }
    }

    /// <summary>Each part by itself: a broker or a row that makes one of them fail does not keep the others waiting.</summary>
    private async Task SweepAsync(CancellationToken stopping)
    {
        await TryAsync(FreeOwnAsync, stopping);
        await TryAsync(async token => await TicketAsync(await store.DueAsync(token), SweeperFind.Due, token), stopping);
        foreach (var lane in lanes.All.Where(lane => lane.HasHadRoomFor(Patience)))
            await TryAsync(async token => await TicketAsync(await store.LostAsync(lane.Name, Patience, token), SweeperFind.WithoutTicket, token), stopping);
        await TryAsync(async token => await TicketAsync(await store.OrphanedAsync(worker.Id, token), SweeperFind.OnDeadWorker, token), stopping);
        await TryAsync(async token => await EndAsync(await store.CancelledAsync(token), SweeperFind.Cancelled, unclaimed.CancelAsync, token), stopping);
        await TryAsync(async token => await EndAsync(await store.ExpiredAsync(token), SweeperFind.Expired, unclaimed.ExpireAsync, token), stopping);
        await TryAsync(AnnounceAsync, stopping);
        await TryAsync(SettleAsync, stopping);
    }

    private async Task EndAsync(List<Guid> found, string what, Func<Guid, CancellationToken, Task<bool>> end, CancellationToken cancellation)
    {
        metrics.Found(found.Count, what);
        foreach (var generation in found) await TryAsync(token => end(generation, token), cancellation);
    }

    private async Task AnnounceAsync(CancellationToken cancellation)
    {
        foreach (var announcement in await store.UnannouncedAsync(worker.Id, Patience, cancellation))
        {
            if (runs.Find(announcement.GenerationId) is not null) continue;
            metrics.Found(1, SweeperFind.Unannounced);
            await TryAsync(token => announcer.AnnounceAsync(announcement, token), cancellation);
        }
    }

    /// <summary>What generations hold of budgets that ended without their worker: it died, or nobody ran them.</summary>
    private async Task SettleAsync(CancellationToken cancellation)
    {
        var found = await reservations.EndedAsync(Patience, cancellation);
        metrics.Found(found.Count, SweeperFind.Unsettled);
        foreach (var generation in found) await TryAsync(token => reservations.SettleAsync(generation, spent: null, token), cancellation);
    }

    private async Task TicketAsync(List<(Guid Id, string Lane)> found, string what, CancellationToken cancellation)
    {
        metrics.Found(found.Count, what);
        if (found.Count > 0) LogFound(found.Count, what);
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
            if (await workers.AbandonAsync(id, worker.Id, cancellation) is { } lane) await TicketAsync([(id, lane)], SweeperFind.OwnedNotRun, cancellation);
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> sweep, CancellationToken stopping)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(LongestPart);
        try
        {
            await sweep(deadline.Token);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested) // the next tick tries again
        {
            LogFailed(fault.GetType().Name);
        }
    }

    [LoggerMessage(LogLevel.Information, "The sweeper found {Count} generations: {What}")]
    private partial void LogFound(int count, string what);

    [LoggerMessage(LogLevel.Warning, "A sweep failed: {Fault}")]
    private partial void LogFailed(string fault);
}
