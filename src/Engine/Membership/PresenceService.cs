using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Engine.Settings;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Membership;

namespace Millrace.Engine.Membership;

/// <summary>
/// Keeps this worker's session with the database, and looks every second for workers that have lost theirs: they were killed. Beside the heartbeat, which must not wait for it.
/// </summary>
internal sealed partial class PresenceService(Presence presence, DatabaseOutage outage, WorkerIdentity worker, IOptions<MillraceOptions> options, TimeProvider time, ILogger<PresenceService> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.HeartbeatInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await LookAsync(stoppingToken);
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        using var deadline = Deadline.After(options.Value.DeadAfter / 2, time, stopping);
        try
        {
            foreach (var name in await presence.KeepAsync(worker.Id, deadline.Token)) LogLost(name);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested && (deadline.HasPassed || outage.IsTransient(fault))) // the next round opens another
        {
            LogBroken(fault.GetType().Name);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            LogFailed(fault);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Worker {Name} is gone: it is silent, and its session with the database has ended")]
    private partial void LogLost(string name);

    [LoggerMessage(LogLevel.Warning, "The session with the database broke: {Fault}")]
    private partial void LogBroken(string fault);

    [LoggerMessage(LogLevel.Error, "The look for lost workers failed")]
    private partial void LogFailed(Exception fault);
}
