using System.Diagnostics.Metrics;

namespace Millrace.Gateway.Webhooks;

/// <summary>
/// Meters under a name that no telemetry listens to, whatever name was asked for. Those of <c>System.Net.Http</c> carry <c>server.address</c>: whom tenants
/// told, and a new time series for each host that somebody thinks of.
/// </summary>
internal sealed class DiscardingMeterFactory : IMeterFactory
{
    private readonly Meter meter = new("Millrace.Gateway.Webhooks.Unheard");

    public Meter Create(MeterOptions options) => meter;

    public void Dispose() => meter.Dispose();
}
