using Millrace.Contracts;
using Millrace.Engine.Settings;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Limits;

namespace Millrace.Engine.Limits;

/// <summary>
/// This worker's visits to the limits' tables: ten a second, up to twenty, while somebody waits, whatever their number; at once when somebody new comes who waits for an answer,
/// and then not again for a hundredth; one a second while calls are made; none else. While the database is away nobody gets a permit.
/// </summary>
internal sealed partial class LimitLoop(LeaseQueue queue, LimitStore store, ProviderCooldowns cooldowns, DatabaseOutage outage, WorkerIdentity worker, TimeProvider time, ILogger<LimitLoop> log) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ShortestForNew = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var visited = time.GetTimestamp();
        while (true)
        {
            await queue.WaitForNewsAsync(queue.IsWanted ? Tick : queue.IsActive || cooldowns.HasNews ? Quiet : Timeout.InfiniteTimeSpan, stoppingToken);
            while (Early(visited) is var early && early > 0) await queue.WaitForNewsAsync(TimeSpan.FromMilliseconds(early), stoppingToken);
            var waited = time.GetElapsedTime(visited);
            visited = time.GetTimestamp();
            await TryVisitAsync(waited, stoppingToken);
        }
    }

    /// <summary>What goes wrong here must not end the loop, which would end the process.</summary>
    private async Task TryVisitAsync(TimeSpan waited, CancellationToken stopping)
    {
        try
        {
            if (queue.IsActive || cooldowns.HasNews) await cooldowns.RefreshAsync(stopping);
            if (queue.Begin(waited) is { } sync) await VisitAsync(sync, stopping);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            LogFailed(fault);
        }
    }

    /// <summary>
    /// A unit's time is the database's. It was not later by that clock than the answer came, and not earlier than the question left, so a unit is never used before its time
    /// and never later than it may be.
    /// </summary>
    private async Task VisitAsync(LimiterSync sync, CancellationToken stopping)
    {
        using var deadline = Deadline.After(Patience, time, stopping);
        var asked = time.GetTimestamp();
        try
        {
            await store.SyncAsync(sync.Scopes, sync.Counted, worker.Id, table => sync.Plan(table, worker.Id), deadline.Token);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            queue.Doubt(sync);
            if (deadline.HasPassed || outage.IsTransient(fault)) LogAway(fault.GetType().Name);
            else LogFailed(fault);
            return;
        }
        var answered = time.GetTimestamp();
        queue.End(sync, granted => new(answered + Ticks(granted.At - sync.Now), asked + Ticks(granted.At - sync.Now + Gcra.Grace)));
    }

    /// <summary>How many milliseconds it is too early for the next visit.</summary>
    private double Early(long visited) => Math.Ceiling(((queue.HasNewcomer ? ShortestForNew : Shortest) - time.GetElapsedTime(visited)).TotalMilliseconds);

    private long Ticks(long microseconds) => (long)((decimal)microseconds * time.TimestampFrequency / Gcra.Second);

    [LoggerMessage(LogLevel.Warning, "The limits' tables do not answer ({Fault}); nobody gets a permit")]
    private partial void LogAway(string fault);

    [LoggerMessage(LogLevel.Error, "A visit to the limits' tables failed; nobody gets a permit by it")]
    private partial void LogFailed(Exception fault);
}
