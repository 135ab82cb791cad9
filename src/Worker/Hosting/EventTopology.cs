using System.Net.Security;
using MassTransit;
using Millrace.Contracts;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Millrace.Worker.Hosting;

/// <summary>
/// Declares the topic exchange of the events and, behind it, the fanout exchange that a plain MassTransit consumer of each event binds
/// to. Runs before the worker takes its first message, and again whenever its queues come up: a broker that has lost its
/// definitions gets them back.
/// </summary>
internal sealed class EventTopology(Uri broker) : IBusObserver, IReceiveEndpointObserver
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task PreStart(IBus bus)
    {
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            await DeclareAsync(deadline.Token);
        }
        catch (Exception fault) when (fault is BrokerUnreachableException or OperationInterruptedException || deadline.IsCancellationRequested)
        {
            // The bus waits for the broker by itself, and its queues' coming up declares the rest
        }
    }

    public async Task Ready(ReceiveEndpointReady ready)
    {
        if (!ready.InputAddress.AbsolutePath.EndsWith('/' + Endpoints.Intake)) return;
        await DeclareAsync(CancellationToken.None);
    }

    private async Task DeclareAsync(CancellationToken cancellation)
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

    public void PostCreate(IBus bus)
    {
    }

    public void CreateFaulted(Exception exception)
    {
    }

    public Task PostStart(IBus bus, Task<BusReady> busReady) => Task.CompletedTask;

    public Task StartFaulted(IBus bus, Exception exception) => Task.CompletedTask;

    public Task PreStop(IBus bus) => Task.CompletedTask;

    public Task PostStop(IBus bus) => Task.CompletedTask;

    public Task StopFaulted(IBus bus, Exception exception) => Task.CompletedTask;

    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;

    private ConnectionFactory Factory()
    {
        var factory = new ConnectionFactory { Uri = new UriBuilder(broker) { Scheme = broker.Scheme.EndsWith('s') ? "amqps" : "amqp" }.Uri };
        factory.Ssl.AcceptablePolicyErrors = SslPolicyErrors.None; // an amqps address would otherwise accept another host's certificate
        return factory;
    }
}
