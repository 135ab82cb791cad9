using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using Millrace.Worker.Hosting;

namespace Millrace.Tests.Embedded;

[Integration]
public sealed class StartTests
{
    /// <summary>A ticket that was sent before its lane was open would wait for the sweeper, which does not look here, and a request for ever.</summary>
    [Fact]
    public async Task When_the_host_has_started_every_queue_is_open()
    {
        using var folder = new ScratchFolder("start");
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        await using var worker = await EmbeddedWorker.StartTimelessAsync(folder.File("millrace.db"), provider);

        var health = worker.Services.GetRequiredService<IBusControl>().CheckHealth();
        var answers = await Until.DoneAsync(Task.WhenAll(Enumerable.Range(0, 20).Select(n => worker.Client.GenerateAsync($"Say {n}."))));

        Assert.Equal(BusHealthStatus.Healthy, health.Status);
        Assert.Contains(health.Endpoints, endpoint => endpoint.Key.EndsWith("/run.scripted.interactive", StringComparison.Ordinal));
        Assert.All(health.Endpoints.Values, endpoint => Assert.Equal(BusHealthStatus.Healthy, endpoint.Status));
        Assert.All(answers, answer => Assert.Equal("Hello", answer.Text));
    }

    [Fact]
    public async Task The_embedded_host_waits_for_its_bus_and_a_fleets_worker_may_start_before_its_broker()
    {
        Assert.True(await WaitsAsync(null));
        Assert.False(await WaitsAsync(new Connections(new Uri("amqp://nowhere/"), "Host=nowhere")));
    }

    private static async Task<bool> WaitsAsync(Connections? connections)
    {
        var configuration = new ConfigurationBuilder().Build();
        await using var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddWorker(configuration, connections).BuildServiceProvider();
        return services.GetRequiredService<IOptions<MassTransitHostOptions>>().Value.WaitUntilStarted;
    }
}
