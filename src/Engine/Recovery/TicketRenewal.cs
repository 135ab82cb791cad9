using Millrace.Engine.Dispatch;
using Millrace.Engine.Telemetry;

namespace Millrace.Engine.Recovery;

/// <summary>Sends new tickets for generations that lack one.</summary>
internal sealed partial class TicketRenewal(TicketSender tickets, FleetMetrics metrics, ILogger<RecoveryService> log)
{
    public async Task SendAsync(List<(Guid Id, string Lane)> found, string what, CancellationToken cancellation)
    {
        metrics.Found(found.Count, what);
        if (found.Count > 0) LogFound(found.Count, what);
        foreach (var (id, lane) in found) await tickets.SendAsync(id, lane, cancellation);
    }

    [LoggerMessage(LogLevel.Information, "The sweeper found {Count} generations: {What}")]
    private partial void LogFound(int count, string what);
}
