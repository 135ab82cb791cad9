using Millrace.Engine.Settings;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Poison;

namespace Millrace.Engine.Poison;

/// <summary>
/// This worker's row of what it has in hand: there before the first message, tidied while it is idle, and taken away when the worker leaves in order, since that is no death.
/// </summary>
internal sealed partial class PoisonService(
    InFlightStore store, InFlightLog inFlight, MessageTrial trial, DatabaseOutage outage, WorkerIdentity worker, TimeProvider time, ILogger<PoisonService> log) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await outage.WaitOutAsync(token => store.WriteAsync(worker.Id, "", token), cancellationToken);
        await trial.RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryAsync(inFlight.TidyAsync, stoppingToken);
            await TryAsync(trial.RefreshAsync, stoppingToken);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(token => store.LeaveAsync(worker.Id, token), cancellationToken);
    }

    private async Task TryAsync(Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        try
        {
            await work(cancellation);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested) // the next tick tries again
        {
            LogFailed(fault);
        }
    }

    [LoggerMessage(LogLevel.Warning, "What this worker has in hand could not be kept up to date")]
    private partial void LogFailed(Exception fault);
}
