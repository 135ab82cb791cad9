using Microsoft.Extensions.Options;
using Millrace.Engine.Settings;

namespace Millrace.Engine.Recovery;

/// <summary>Every second, all sweeps one after the other, in the order of their registration. A sweep catches what its own parts throw.</summary>
internal sealed class RecoveryService(IEnumerable<ISweep> sweeps, SweepRound round, IOptions<MillraceOptions> options, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var sweep in sweeps)
                await sweep.RunAsync(round, stoppingToken);
        }
    }
}
