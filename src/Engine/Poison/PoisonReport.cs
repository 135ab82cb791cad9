using Millrace.Engine.Telemetry;
using Millrace.Persistence.Poison;

namespace Millrace.Engine.Poison;

/// <summary>Tells operators what was refused: a row, a line of the log, and a count.</summary>
public sealed partial class PoisonReport(Deaths deaths, FleetMetrics metrics, ILogger<PoisonReport> log)
{
    public async Task MessageAsync(RefusedWork refused, CancellationToken cancellation)
    {
        await deaths.RecordMessageAsync(refused, cancellation);
        Tell(refused);
    }

    /// <summary>A generation or a batch, when it has ended.</summary>
    /// <param name="refused">Which.</param>
    /// <param name="lostWorkers">Whom it was taken from.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task WorkAsync(RefusedWork refused, string lostWorkers, CancellationToken cancellation)
    {
        await deaths.RecordAsync(refused, lostWorkers, cancellation);
        Tell(refused);
    }

    private void Tell(RefusedWork refused)
    {
        metrics.Poisoned(refused.Kind);
        LogRefused(refused.Kind, refused.Subject, refused.Deaths);
    }

    [LoggerMessage(LogLevel.Error, "Poison from {Kind}: {Subject} is refused, {Deaths} workers died over it")]
    private partial void LogRefused(string kind, string subject, int deaths);
}
