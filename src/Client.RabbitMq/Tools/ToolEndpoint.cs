using MassTransit;
using MassTransit.Transports.Fabric;
using Millrace.Client.RabbitMq.Broker;
using Millrace.Contracts;

namespace Millrace.Client.RabbitMq.Tools;

/// <summary>
/// The queue of one tool, <c>millrace-tool-</c> and its name: durable and shared by all replicas of the service, so a call goes to one of them and waits
/// while there is none.
/// </summary>
internal sealed class ToolEndpoint : IReceiveEndpointObserver
{
    private readonly ReconnectingEndpoint lasting;
    private readonly Action connected;

    /// <param name="bus">The client's bus.</param>
    /// <param name="tool">Which tool.</param>
    /// <param name="handle">Makes a call.</param>
    /// <param name="connected">Called when the queue is open, and again after each reconnection.</param>
    /// <param name="time">By which it waits.</param>
    /// <param name="watch">Who watches it. Default: nobody.</param>
    public ToolEndpoint(
        IBus bus, RemoteTool tool, Func<ConsumeContext<ToolCallRequested>, Task> handle, Action connected, TimeProvider time, EndpointWatch? watch)
    {
        this.connected = connected;
        lasting = new ReconnectingEndpoint(bus, QueueOf(tool.Name), endpoint =>
        {
            Bind(endpoint, tool.Name, time);
            endpoint.ConnectReceiveEndpointObserver(this);
            endpoint.ConfigureConsumeTopology = false;
            endpoint.PublishFaults = false;
            endpoint.PrefetchCount = tool.Options.Concurrency;
            endpoint.ConcurrentMessageLimit = tool.Options.Concurrency;
            endpoint.Handler<ToolCallRequested>(context => handle(context));
        }, time, watch, TopologyOf(tool.Name));
    }

    public static string QueueOf(string tool) => $"millrace-tool-{tool}";

    private static string KeyOf(string tool) => $"tool.*.*.{tool}";

    private static BrokerTopology TopologyOf(string tool) => BrokerTopology.OfEvents(QueueOf(tool), KeyOf(tool));

    public Task Ready(ReceiveEndpointReady ready)
    {
        this.connected();
        return Task.CompletedTask;
    }

    /// <summary>Takes no more calls, and returns when those that were taken are done with.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => lasting.StopAsync(cancellationToken);

    public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;

    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    private static void Bind(IReceiveEndpointConfigurator endpoint, string tool, TimeProvider time)
    {
        if (endpoint is IInMemoryReceiveEndpointConfigurator memory)
        {
            memory.Bind(EventRouting.Exchange, ExchangeType.Topic, KeyOf(tool));
            return;
        }

        var rabbit = endpoint as IRabbitMqReceiveEndpointConfigurator ?? throw new NotSupportedException(
            $"The Millrace client works on MassTransit's RabbitMQ and in-memory transports; this bus has {endpoint.GetType().Name}.");
        rabbit.SetQuorumQueue();
        rabbit.DeclareFirst(time, TopologyOf(tool));
    }
}
