using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Engine.Execution;
using Millrace.Engine.Runs;
using Millrace.Engine.Settings;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Membership;

namespace Millrace.Engine.Membership;

/// <summary>
/// Renews this worker's row every second, and hears with it of cancels whose broadcast was lost.
/// </summary>
internal sealed partial class HeartbeatService(
    WorkerStore store, DatabaseOutage outage, WorkerIdentity worker, RunSet runs, Lease lease, IOptions<MillraceOptions> options, TimeProvider time,
    ILogger<HeartbeatService> log) : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await outage.WaitOutAsync(RenewAsync, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.HeartbeatInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await BeatAsync(stoppingToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await store.LeaveAsync(worker.Id, cancellationToken);
        }
        catch (Exception fault) // the row grows old by itself
        {
            LogMissed(fault.GetType().Name);
        }
    }

    private async Task BeatAsync(CancellationToken stopping)
    {
        using var deadline = Deadline.After(options.Value.DeadAfter / 2, time, stopping);
        try
        {
            await RenewAsync(deadline.Token);
            foreach (var (generation, reason) in await store.CancelledAsync(worker.Id, deadline.Token))
                runs.Find(generation)?.Stop(StopCause.Cancelled, reason);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested && (deadline.HasPassed || outage.IsTransient(fault)))
        {
            LogMissed(fault.GetType().Name);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            LogFailed(fault);
        }
    }

    private async Task RenewAsync(CancellationToken cancellation)
    {
        var sentAt = time.GetTimestamp();
        await store.BeatAsync(worker.Id, worker.Name, cancellation);
        lease.Renew(sentAt);
    }

    [LoggerMessage(LogLevel.Warning, "A heartbeat was missed: {Fault}")]
    private partial void LogMissed(string fault);

    [LoggerMessage(LogLevel.Error, "A heartbeat failed")]
    private partial void LogFailed(Exception fault);
}
