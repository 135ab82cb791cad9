using MassTransit;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Millrace.Client.RabbitMq.Broker;
using Millrace.Engine.Settings;
using Millrace.Gateway.Settings;
using Millrace.Persistence.Fleet;
using Millrace.Persistence.Sql;

namespace Millrace.Worker.Hosting;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: broker and database do, too, every queue is consumed from, and the broker has its exchanges. A
/// gateway also tells whether a worker lives: it takes requests without one, so that alone does not make it unready.
/// </summary>
internal static class Health
{
    private const string Workers = "workers";

    /// <summary>The buses' checks say addresses and exceptions; these say sentences.</summary>
    private static readonly string[] OwnChecks = ["database", Workers, "endpoints", "topology"];

    private static readonly string[] Ready = ["ready"];

    public static IServiceCollection AddWorkerHealth(this IServiceCollection services, Connections? connections)
    {
        var checks = services.AddHealthChecks().AddCheck<HeartbeatCheck>("database", tags: Ready);
        if (connections is not null) checks.AddBroker();
        return services;
    }

    public static IServiceCollection AddGatewayHealth(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<DatabaseCheck>("database", tags: Ready).AddCheck<WorkersCheck>(Workers, tags: Ready).AddBroker();
        return services;
    }

    private static void AddBroker(this IHealthChecksBuilder checks) => checks
        .AddCheck<EndpointCheck>("endpoints", tags: Ready)
        .AddCheck<TopologyCheck>("topology", tags: Ready);

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", ReadyOptions());
    }

    /// <summary>A bus that has lost its broker calls itself degraded while it tries again, and degraded answers 200 by default.</summary>
    private static HealthCheckOptions ReadyOptions()
    {
        var ready = new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready"), ResponseWriter = WriteAsync };
        ready.ResultStatusCodes[HealthStatus.Degraded] = StatusCodes.Status503ServiceUnavailable;
        return ready;
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var onlyWorkers = report.Entries.All(entry => entry.Value.Status == HealthStatus.Healthy || (entry.Key == Workers && entry.Value.Status == HealthStatus.Degraded));
        if (onlyWorkers) context.Response.StatusCode = StatusCodes.Status200OK;
        return context.Response.WriteAsJsonAsync(new
        {
            status = report.Status.ToString(),
            checks = report.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Status.ToString()),
            details = report.Entries
                .Where(entry => entry.Value is { Status: not HealthStatus.Healthy, Description: not null } && OwnChecks.Contains(entry.Key))
                .ToDictionary(entry => entry.Key, entry => entry.Value.Description),
        });
    }

    private sealed class HeartbeatCheck(Lease lease) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(lease.IsFresh ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The worker's heartbeat is not renewed."));
    }

    /// <summary>One that is silent for long, by name. What comes back by itself meanwhile is the buses' own check.</summary>
    private sealed class EndpointCheck(EndpointWatch endpoints) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(endpoints.Deaf is { Count: > 0 } deaf
                ? HealthCheckResult.Unhealthy($"Not consumed from for {endpoints.DeafAfter}: {string.Join(", ", deaf)}.")
                : HealthCheckResult.Healthy());
    }

    private sealed class TopologyCheck(BrokerWatch watch) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(watch.Missing is { Count: > 0 } missing
                ? HealthCheckResult.Unhealthy($"The broker lacked exchanges, and they are declared again: {string.Join(", ", missing)}.")
                : HealthCheckResult.Healthy());
    }

    /// <summary>Without a worker requests are taken and wait.</summary>
    private sealed class WorkersCheck(FleetStore fleet, IDatabase database, IOptions<GatewayOptions> options) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                if (await fleet.CountAliveAsync(cancellationToken) > 0) return HealthCheckResult.Healthy();
            }
            catch (Exception fault) when (database.IsTransient(fault))
            {
                return HealthCheckResult.Degraded("The database does not answer, so nobody knows of any worker.");
            }
            const string text = "No worker is alive: requests are taken, and wait for one.";
            return options.Value.NeedsWorkers ? HealthCheckResult.Unhealthy(text) : HealthCheckResult.Degraded(text);
        }
    }

    /// <summary>A gateway has no heartbeat to go by.</summary>
    private sealed class DatabaseCheck(IDatabase database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await database.QueryAsync("SELECT 1", _ => 0, cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (Exception fault) when (database.IsTransient(fault))
            {
                return HealthCheckResult.Unhealthy("The database does not answer.");
            }
        }
    }
}
