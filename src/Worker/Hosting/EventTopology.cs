using MassTransit;
using Millrace.Contracts;
using RabbitMQ.Client;

namespace Millrace.Worker.Hosting;

/// <summary>
/// Declares the topic exchange of the events and, behind it, the fanout exchange that a plain MassTransit consumer of each event binds
/// to. Runs whenever the worker's queues come up, so a broker that has lost its definitions gets them back.
/// </summary>
internal sealed class EventTopology(Uri broker) : IReceiveEndpointObserver
{
    public async Task Ready(ReceiveEndpointReady ready)
    {
        if (!ready.InputAddress.AbsolutePath.EndsWith('/' + Endpoints.Intake)) return;
        await DeclareAsync(CancellationToken.None);
    }

    public async Task DeclareAsync(CancellationToken cancellation)
    {
        await using var connection = await Factory().CreateConnectionAsync("millrace topology", cancellation);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellation);
        await channel.ExchangeDeclareAsync(EventRouting.Exchange, ExchangeType.Topic, durable: true, cancellationToken: cancellation);
        foreach (var (type, kind) in EventRouting.Kinds)
        {
            var fanout = $"{type.Namespace}:{type.Name}";
            await channel.ExchangeDeclareAsync(fanout, ExchangeType.Fanout, durable: true, cancellationToken: cancellation);
            await channel.ExchangeBindAsync(fanout, EventRouting.Exchange, $"{kind}.#", cancellationToken: cancellation);
        }
    }

    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;

    private ConnectionFactory Factory() => new() { Uri = new UriBuilder(broker) { Scheme = broker.Scheme.EndsWith('s') ? "amqps" : "amqp" }.Uri };
}
