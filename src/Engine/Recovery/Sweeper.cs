using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Endings;
using Millrace.Engine.Execution;
using Millrace.Engine.Failures;
using Millrace.Engine.Publishing;
using Millrace.Engine.Requests;
using Millrace.Engine.Settings;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.Announcements;
using Millrace.Persistence.Budgets;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Contents;
using Millrace.Persistence.Files;
using Millrace.Persistence.Membership;
using Millrace.Persistence.Recovery;
using Millrace.Persistence.Reuse;

namespace Millrace.Engine.Recovery;

/// <summary>
/// Every second, what fell through: parked and due, queued without a ticket, running on a dead worker, ended but not announced, or not settled. No part keeps the others waiting, and no row the
/// others of its part.
/// </summary>
internal sealed partial class Sweeper(
    SweepStore store, ContentStore contents, FileStore files, SharedAnswerStore answers, ReservationStore reservations, WorkerStore workers, LaneSet lanes, RunSet runs, TicketSender tickets, Announcer announcer, UnclaimedCompletion unclaimed,
    DatabaseOutage outage, WorkerIdentity worker, IOptions<MillraceOptions> options, FleetMetrics metrics, TimeProvider time, ILogger<Sweeper> log)
    : BackgroundService
{
    /// <summary>How long a ticket or an announcement may be on its way before another is sent.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How long one part, or one row, may wait for the broker or the database before the next has its turn.</summary>
    private static readonly TimeSpan LongestPart = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Housekeeping = TimeSpan.FromMinutes(1);

    /// <summary>What has not come in by then is not coming any more.</summary>
    private static readonly TimeSpan LongestUpload = TimeSpan.FromDays(1);

    private readonly RowLoop rows = new(outage, time, log);

    private Dictionary<Guid, long> suspects = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        var tidied = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await SweepAsync(stoppingToken);
            if (time.GetElapsedTime(tidied) < Housekeeping) continue;
            await TryAsync("old chunks", token => store.ForgetAsync(options.Value.ChunkRetention, token), stoppingToken);
            await TryAsync("old contents", token => contents.ForgetAsync(options.Value.ContentRetention, token), stoppingToken);
            await TryAsync("old answers", token => answers.ForgetAsync(RequestRules.LongestReuse, token), stoppingToken);
            await TryAsync("old files", token => files.ForgetAsync(LongestUpload, token), stoppingToken);
            tidied = time.GetTimestamp();
        }
    }

    /// <summary>Each part by itself: a broker or a row that makes one of them fail does not keep the others waiting.</summary>
    private async Task SweepAsync(CancellationToken stopping)
    {
        await TryAsync(SweeperFind.OwnedNotRun, FreeOwnAsync, stopping);
        await TryAsync(SweeperFind.Due, async token => await TicketAsync(await store.DueAsync(token), SweeperFind.Due, token), stopping);
        foreach (var lane in lanes.All.Where(lane => lane.HasHadRoomFor(Patience)))
            await TryAsync(SweeperFind.WithoutTicket, async token => await TicketAsync(await store.LostAsync(lane.Name, Patience, token), SweeperFind.WithoutTicket, token), stopping);
        await TryAsync(SweeperFind.OnDeadWorker, async token => await TicketAsync(await store.OrphanedAsync(worker.Id, token), SweeperFind.OnDeadWorker, token), stopping);
        await EachAsync(SweeperFind.Cancelled, store.CancelledAsync, id => id, unclaimed.CancelAsync, stopping);
        await EachAsync(SweeperFind.Expired, store.ExpiredAsync, id => id, unclaimed.ExpireAsync, stopping);
        await EachAsync(SweeperFind.Unannounced, UnannouncedAsync, row => row.GenerationId, announcer.AnnounceAsync, stopping);
        await EachAsync(SweeperFind.Unsettled, token => reservations.EndedAsync(Patience, token), id => id, (id, token) => reservations.SettleAsync(id, spent: null, token), stopping);
    }

    private async Task EachAsync<T>(
        string what, Func<CancellationToken, Task<List<T>>> find, Func<T, object> idOf, Func<T, CancellationToken, Task> work, CancellationToken stopping)
    {
        List<T> found = [];
        await TryAsync(what, async token => found = await find(token), stopping);
        found.RemoveAll(row => rows.IsAside(what, idOf(row)));
        metrics.Found(found.Count, what);
        await rows.EachAsync(what, found, idOf, work, LongestPart, stopping);
    }

    /// <summary>Those that this worker is about to announce itself are left to it.</summary>
    private async Task<List<Announcement>> UnannouncedAsync(CancellationToken cancellation) =>
        [.. (await store.UnannouncedAsync(worker.Id, Patience, cancellation)).Where(row => runs.Find(row.GenerationId) is null)];

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
        var lost = missing.Where(suspect => time.GetElapsedTime(suspect.Value) > options.Value.DeadAfter).Select(suspect => suspect.Key);
        await rows.EachAsync(SweeperFind.OwnedNotRun, lost, id => id, FreeAsync, LongestPart, cancellation);
    }

    private async Task FreeAsync(Guid generation, CancellationToken cancellation)
    {
        if (await workers.AbandonAsync(generation, worker.Id, cancellation) is { } lane) await TicketAsync([(generation, lane)], SweeperFind.OwnedNotRun, cancellation);
    }

    private async Task TryAsync(string what, Func<CancellationToken, Task> sweep, CancellationToken stopping)
    {
        using var deadline = Deadline.After(LongestPart, time, stopping);
        try
        {
            await sweep(deadline.Token);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested && (deadline.HasPassed || outage.IsTransient(fault)))
        {
            LogAway(what, fault.GetType().Name); // the next tick tries again
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            LogFailed(fault, what);
        }
    }

    [LoggerMessage(LogLevel.Information, "The sweeper found {Count} generations: {What}")]
    private partial void LogFound(int count, string what);

    [LoggerMessage(LogLevel.Warning, "A sweep could not be made ({What}: {Fault})")]
    private partial void LogAway(string what, string fault);

    [LoggerMessage(LogLevel.Error, "A sweep failed ({What})")]
    private partial void LogFailed(Exception fault, string what);
}
