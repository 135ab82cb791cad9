using System.Runtime.CompilerServices;
using MassTransit;
using Millrace.Client.RabbitMq.Broker;
using Millrace.Contracts;
using Millrace.Engine.Dispatch;
using RabbitMQ.Client;

namespace Millrace.Worker.Messaging;

/// <summary>
/// What a worker needs at the broker: the topic exchange of the events and, behind it, the fanout exchange that a plain MassTransit consumer of each event binds to;
/// the queues, and what is published to them. Declared as a whole on each new connection, before anything is consumed on it: a broker that has lost its
/// definitions gets them back, and no event of a first message goes nowhere.
/// </summary>
internal sealed class WorkerTopology
{
    public static readonly TimeSpan OwnQueueExpiration = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private readonly ConditionalWeakTable<IConnection, Task> declared = [];

    public WorkerTopology(LaneSet lanes)
    {
        Broker.Exchange(new(EventRouting.Exchange, ExchangeType.Topic));
        foreach (var queue in Endpoints.Shared.Keys) Broker.QuorumQueue(queue);
        foreach (var lane in lanes.All) Broker.QuorumQueue(lane.Queue);
        Broker.Queue(new(OwnQueue, Durable: true, Exclusive: false, AutoDelete: false,
            new Dictionary<string, object?> { ["x-expires"] = (long)OwnQueueExpiration.TotalMilliseconds }));
        foreach (var (queue, message) in Endpoints.Shared) Publish(message, queue);
        Publish(typeof(CancelGeneration), OwnQueue);
        foreach (var (type, kind) in EventRouting.Kinds) Tell(type, $"{kind}.#");
    }

    /// <summary>The queue of this worker alone.</summary>
    public string OwnQueue { get; } = DefaultEndpointNameFormatter.Instance.TemporaryEndpoint("millrace-worker");

    public BrokerTopology Broker { get; } = new();

    /// <summary>Returns when all of it has been declared on this connection, whoever began with it. What is refused is found by the endpoint that needs it.</summary>
    public async Task DeclareOnceAsync(IConnection connection, CancellationToken cancellation)
    {
        Task? declaration;
        lock (gate)
        {
            if (!declared.TryGetValue(connection, out declaration))
            {
                declaration = Broker.DeclareAsync(connection, CancellationToken.None);
                declared.Add(connection, declaration);
            }
        }
        try
        {
            await declaration.WaitAsync(cancellation);
        }
        catch (Exception)
        {
            declared.Remove(connection); // the next one begins again
            throw;
        }
    }

    private void Publish(Type message, string queue)
    {
        var exchange = BrokerTopology.ExchangeOf(message);
        Broker.Exchange(new(exchange, ExchangeType.Fanout)).Bind(queue, exchange);
    }

    private void Tell(Type type, string keys)
    {
        var exchange = BrokerTopology.ExchangeOf(type);
        Broker.Exchange(new(exchange, ExchangeType.Fanout)).Bind(exchange, EventRouting.Exchange, keys);
    }
}
