using System.Text.Json.Nodes;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Millrace.Client;
using Millrace.Client.RabbitMq;
using Millrace.Contracts;
using Millrace.Engine.Tools;
using Millrace.Gateway.Hosting;
using Millrace.Worker.Hosting;
using Millrace.Worker.Messaging;

namespace Millrace.Tests.Links;

/// <summary>
/// MassTransit declares what an endpoint has of one kind all at once on the channel that it consumes on, and hangs there for ever if the connection ends meanwhile.
/// So no endpoint may give it more than one of a kind: the rest is declared by us.
/// </summary>
public sealed class TopologyTests
{
    [Fact]
    public async Task No_endpoint_gives_MassTransit_two_things_to_declare_at_once()
    {
        var builder = WebApplication.CreateSlimBuilder();
        var connections = new Connections(new Uri("amqp://guest:guest@127.0.0.1:1/"), "Host=127.0.0.1;Port=1;Database=none;Username=nobody");
        builder.Services.AddSingleton(new LocalTools()).AddWorker(builder.Configuration, connections).AddClientOf(connections).AddGateway(builder.Configuration);
        builder.Services.AddMillraceTool((string city) => city, "weather");
        await using var host = builder.Build();
        var client = host.Services.GetRequiredService<MillraceClient>();
        foreach (var service in host.Services.GetServices<IHostedService>().Where(OpensEndpoints)) await service.StartAsync(CancellationToken.None);
        foreach (var service in host.Services.GetServices<IHostedService>().OfType<IHostedLifecycleService>().Where(OpensEndpoints)) await service.StartedAsync(CancellationToken.None);
        _ = client.CancelAsync(Guid.NewGuid()); // connects its inbox

        var endpoints = new IBus[] { host.Services.GetRequiredService<IBus>(), host.Services.GetRequiredService<IMillraceBus>() }.SelectMany(EndpointsOf).ToList();

        foreach (var queue in new[] { "millrace.intake", "run.simulated.interactive", "millrace.webhooks", "millrace-tool-weather", $"millrace-client-{client.Channel}" })
            Assert.Contains(endpoints, endpoint => (string?)endpoint["name"] == queue);
        Assert.All(endpoints, endpoint =>
        {
            var topology = endpoint["receiveTransport"]!["topology"]!;
            Assert.True(topology["exchange"] is JsonObject, $"{endpoint["name"]} declares several exchanges: {topology["exchange"]}");
            Assert.True(topology["queue"] is null or JsonObject, $"{endpoint["name"]} declares several queues");
            Assert.Null(topology["exchange-binding"]);
        });
    }

    [Fact]
    public void What_a_worker_declares_holds_all_that_is_published_to_it_and_all_that_it_tells()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        var connections = new Connections(new Uri("amqp://guest:guest@127.0.0.1:1/"), "Host=127.0.0.1;Port=1;Database=none;Username=nobody");
        builder.Services.AddSingleton(new LocalTools()).AddWorker(builder.Configuration, connections);
        using var host = builder.Build();
        var topology = host.Services.GetRequiredService<WorkerTopology>();

        Assert.All(Endpoints.Shared, shared => Assert.Contains(
            topology.Broker.Bindings, binding => binding.Destination == shared.Key && binding.Source == $"Millrace.Contracts:{shared.Value.Name}"));
        Assert.Contains(topology.Broker.Bindings, binding => binding.Destination == topology.OwnQueue && binding.Source == "Millrace.Contracts:CancelGeneration");
        Assert.All(EventRouting.Kinds, kind => Assert.Contains(
            topology.Broker.Bindings, binding => binding.Destination == $"Millrace.Contracts:{kind.Key.Name}" && binding.Source == EventRouting.Exchange && binding.RoutingKey == $"{kind.Value}.#"));
        Assert.All(topology.Broker.Bindings, binding =>
        {
            Assert.Contains(topology.Broker.Exchanges, exchange => exchange.Name == binding.Source);
            Assert.Contains(topology.Broker.Exchanges, exchange => exchange.Name == binding.Destination);
        });
    }

    private static bool OpensEndpoints(IHostedService service) => service.GetType().Name is "LaneService" or "WebhookEvents" or "RemoteToolService";

    private static IEnumerable<JsonNode> EndpointsOf(IBus bus)
    {
        var probe = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(bus.GetProbeResult().Results))!;
        return probe["bus"]!["host"]!["receiveEndpoint"]! switch
        {
            JsonArray several => several.Select(one => one!),
            var one => [one],
        };
    }
}
