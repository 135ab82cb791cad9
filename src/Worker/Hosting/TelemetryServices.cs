using Millrace.Engine.Settings;
using Millrace.Engine.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Millrace.Worker.Hosting;

/// <summary>Where telemetry is made, and where it goes.</summary>
internal static class TelemetryServices
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>What others have measured all along: the runtime, HTTP in, HTTP out.</summary>
    private static readonly string[] Meters =
        [Names.Scope, "System.Runtime", "System.Net.Http", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    /// <summary>Receive, process and send are MassTransit's spans, the wire to a provider is the runtime's; ours are between them.</summary>
    private static readonly string[] Sources = [Names.Scope, "MassTransit", "System.Net.Http"];

    /// <summary>
    /// Metrics for <see cref="MapMetrics"/>; traces and metrics over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set, as the other
    /// <c>OTEL_…</c> variables say. For every host of a process, a second call changes nothing.
    /// </summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(Marker))) return services;
        services.AddSingleton<Marker>();
        var telemetry = services.AddOpenTelemetry()
            // The environment comes last and so has the last word; the default order would let the name in this file win
            .ConfigureResource(resource => resource.Clear()
                .AddDetector(provider => new WorkerResource(provider.GetService<WorkerIdentity>())).AddTelemetrySdk().AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics.AddMeter(Meters).AddPrometheusExporter(prometheus => prometheus.ScopeInfoEnabled = false));
        if (string.IsNullOrWhiteSpace(configuration[Endpoint])) return services;
        telemetry.WithTracing(traces => traces.AddSource(Sources).AddAspNetCoreInstrumentation(http => http.Filter = IsAsked));
        telemetry.UseOtlpExporter();
        return services;
    }

    /// <summary><c>/metrics</c>, for Prometheus.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder app) => app.MapPrometheusScrapingEndpoint().DisableHttpMetrics();

    /// <summary>Probes and scrapes come every few seconds and tell nothing.</summary>
    private static bool IsAsked(HttpContext http) =>
        !http.Request.Path.StartsWithSegments("/health") && !http.Request.Path.StartsWithSegments("/metrics");

    private sealed class Marker;
}
