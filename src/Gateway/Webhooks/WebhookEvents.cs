using System.Text.Json;
using MassTransit;
using MassTransit.Transports.Fabric;
using Microsoft.Extensions.Hosting;
using Millrace.Client.RabbitMq.Broker;
using Millrace.Contracts;
using Millrace.Persistence.Webhooks;

namespace Millrace.Gateway.Webhooks;

/// <summary>
/// Hears of the ends of generations: one queue for all gateways, which keeps what comes while none of them runs. An event becomes the deliveries that it calls
/// for, and is acked when they are committed; the same event again calls for the same ones.
/// </summary>
internal sealed class WebhookEvents(IBus bus, WebhookDeliveryStore deliveries, DueDeliveries due, TimeProvider time, EndpointWatch? watch) : IHostedService
{
    private const string Queue = "millrace.webhooks";
    private const int Prefetch = 16;

    private static readonly string[] Keys =
        [.. new[] { typeof(GenerationCompleted), typeof(GenerationFailed), typeof(GenerationCancelled) }.Select(type => $"{EventRouting.Kinds[type]}.#")];

    private static readonly BrokerTopology Topology = BrokerTopology.OfEvents(Queue, Keys);

    private ReconnectingEndpoint? lasting;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var inMemory = false;
        lasting = new ReconnectingEndpoint(bus, Queue, endpoint =>
        {
            inMemory = endpoint is IInMemoryReceiveEndpointConfigurator;
            Configure(endpoint);
        }, time, watch, Topology);
        // In memory, what is sent before the queue is open is lost; a broker keeps it, and may come later than its gateways
        if (inMemory) await lasting.Ready.WaitAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => lasting?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    private void Configure(IReceiveEndpointConfigurator endpoint)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PublishFaults = false;
        endpoint.PrefetchCount = Prefetch;
        endpoint.ConcurrentMessageLimit = Prefetch;
        Bind(endpoint);
        endpoint.Handler<GenerationCompleted>(told => HearAsync(told.Message.GenerationId, WebhookKinds.Completed, WebhookData.Of(told.Message), told.CancellationToken));
        endpoint.Handler<GenerationFailed>(told => HearAsync(told.Message.GenerationId, WebhookKinds.Failed, WebhookData.Of(told.Message), told.CancellationToken));
        endpoint.Handler<GenerationCancelled>(told => HearAsync(told.Message.GenerationId, WebhookKinds.Cancelled, WebhookData.Of(told.Message), told.CancellationToken));
    }

    private void Bind(IReceiveEndpointConfigurator endpoint)
    {
        if (endpoint is IInMemoryReceiveEndpointConfigurator memory)
        {
            foreach (var key in Keys) memory.Bind(EventRouting.Exchange, ExchangeType.Topic, key);
        }
        if (endpoint is not IRabbitMqReceiveEndpointConfigurator rabbit) return;
        rabbit.SetQuorumQueue();
        rabbit.DeclareFirst(time, Topology);
    }

    private async Task HearAsync(Guid generation, string kind, WebhookData data, CancellationToken cancellation)
    {
        if (await deliveries.AudienceAsync(generation, kind, cancellation) is not { } audience) return;
        data = data with { Channel = audience.Channel, Metadata = MetadataOf(audience.Request) };
        var body = new WebhookBody(kind, audience.FinishedAt, data).ToText();
        foreach (var webhook in audience.Webhooks) await deliveries.AddAsync(webhook, generation, kind, body, cancellation);
        due.Tell();
    }

    private static IReadOnlyDictionary<string, string>? MetadataOf(string? request) =>
        request is null ? null : JsonSerializer.Deserialize<GenerateRequested>(request, ContractsJson.Options)!.Metadata;
}
