using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Millrace.Engine.Telemetry;
using Millrace.Worker.Hosting;
using OpenTelemetry.Metrics;

namespace Millrace.Tests.Telemetry;

public sealed class CostTests
{
    [Fact]
    public async Task A_chunk_that_is_counted_allocates_nothing()
    {
        await using var services = new ServiceCollection().AddLogging().AddMetrics().AddSingleton<FleetMetrics>()
            .AddTelemetry(new ConfigurationBuilder().Build()).BuildServiceProvider();
        Assert.NotNull(services.GetRequiredService<MeterProvider>());
        Assert.True(services.GetRequiredService<IMeterFactory>().Create(Names.Scope).CreateCounter<long>("any").Enabled, "somebody collects what is counted");
        var metrics = services.GetRequiredService<FleetMetrics>();
        Count(metrics, 1_000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Count(metrics, 100_000);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
    }

    private static void Count(FleetMetrics metrics, int chunks)
    {
        for (var n = 0; n < chunks; n++)
        {
            metrics.Chunk();
            metrics.Published("chunk");
        }
    }
}
