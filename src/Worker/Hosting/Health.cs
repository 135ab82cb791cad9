using MassTransit;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Millrace.Persistence;
using Millrace.Worker.Fleet;

namespace Millrace.Worker.Hosting;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: broker and database do, too.</summary>
internal static class Health
{
    public static IServiceCollection AddWorkerHealth(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<HeartbeatCheck>("database", tags: ["ready"]);
        return services;
    }

    public static IServiceCollection AddGatewayHealth(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<DatabaseCheck>("database", tags: ["ready"]);
        return services;
    }

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", Ready());
    }

    /// <summary>A bus that has lost its broker calls itself degraded while it tries again, and degraded answers 200 by default.</summary>
    private static HealthCheckOptions Ready()
    {
        var ready = new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready"), ResponseWriter = WriteAsync };
        ready.ResultStatusCodes[HealthStatus.Degraded] = StatusCodes.Status503ServiceUnavailable;
        return ready;
    }

    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = report.Status.ToString(),
        checks = report.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Status.ToString()),
    });

    private sealed class HeartbeatCheck(HeartbeatService heartbeat) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(heartbeat.IsFresh ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The worker's heartbeat is not renewed."));
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
