using MassTransit;
using MassTransit.Configuration;
using Millrace.Client.RabbitMq.Broker;
using Millrace.Contracts;
using Millrace.Engine.Settings;

namespace Millrace.Worker.Messaging;

/// <summary>The queues of a worker, apart from its lanes, the same on RabbitMQ and in memory.</summary>
internal static class Endpoints
{
    /// <summary>The queues that all workers share, and what is published to each.</summary>
    public static IReadOnlyDictionary<string, Type> Shared { get; } = new Dictionary<string, Type>
    {
        [QueueNames.Intake] = typeof(GenerateRequested),
        [QueueNames.Cancel] = typeof(CancelGeneration),
        [QueueNames.Replay] = typeof(ReplayRequested),
        [QueueNames.Sessions] = typeof(SessionRequested),
        [QueueNames.Tools] = typeof(RegisterTool),
        [QueueNames.ToolResults] = typeof(ToolCallCompleted),
        [QueueNames.ToolDecisions] = typeof(DecideToolCall),
        [QueueNames.Capabilities] = typeof(CapabilitiesRequested),
        [QueueNames.Contents] = typeof(ContentRequested),
    };

    public static void Configure(IBusFactoryConfigurator bus, IBusRegistrationContext context)
    {
        Open<IntakeConsumer>(bus, context, QueueNames.Intake, prefetch: 128);
        Open<CancelConsumer>(bus, context, QueueNames.Cancel, prefetch: 32);
        Open<ReplayConsumer>(bus, context, QueueNames.Replay, prefetch: 16);
        Open<SessionConsumer>(bus, context, QueueNames.Sessions, prefetch: 16);
        Open<RegisterToolConsumer>(bus, context, QueueNames.Tools, prefetch: 16);
        Open<ToolCallCompletedConsumer>(bus, context, QueueNames.ToolResults, prefetch: 32);
        Open<DecideToolCallConsumer>(bus, context, QueueNames.ToolDecisions, prefetch: 16);
        Open<CapabilityConsumer>(bus, context, QueueNames.Capabilities, prefetch: 16);
        Open<ContentConsumer>(bus, context, QueueNames.Contents, prefetch: 4); // of 1.4 MB each
        var topology = context.GetRequiredService<WorkerTopology>();
        bus.ReceiveEndpoint(topology.OwnQueue, endpoint =>
        {
            AcceptPlainJson(endpoint);
            ExpireUnused(endpoint);
            Prepare(endpoint, topology.OwnQueue, context);
            endpoint.DiscardFaultedMessages(); // each is refused from its durable queue, too, and set aside there
            endpoint.UseConsumeFilter(typeof(ProducerFilter<>), context);
            endpoint.ConfigureConsumer<CancelBroadcastConsumer>(context);
        });
    }

    /// <summary>Survives a broker's loss of a node. Its error queue inherits that.</summary>
    public static void Durable(IReceiveEndpointConfigurator endpoint)
    {
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit) rabbit.SetQuorumQueue();
    }

    /// <summary>On a broker: all is declared before the queue is consumed from, and somebody watches that it is.</summary>
    public static void Prepare(IReceiveEndpointConfigurator endpoint, string queue, IServiceProvider services)
    {
        if (endpoint is not IRabbitMqReceiveEndpointConfigurator rabbit) return;
        var topology = services.GetRequiredService<WorkerTopology>();
        rabbit.DeclareFirst(services.GetRequiredService<TimeProvider>(), topology.DeclareOnceAsync);
        var watch = services.GetRequiredService<EndpointWatch>();
        watch.Expect(queue, topology: queue == QueueNames.Intake ? topology.Broker : null);
        endpoint.ConnectReceiveEndpointObserver(watch); // the bus tells nothing of one that is closed by its handle
    }

    /// <summary>
    /// A worker's own queue: newer brokers refuse transient ones that are not exclusive, so it is durable and goes when it is unused. AutoDelete is the exchange's then.
    /// </summary>
    private static void ExpireUnused(IReceiveEndpointConfigurator endpoint)
    {
        if (endpoint is not IRabbitMqReceiveEndpointConfigurator rabbit) return;
        (rabbit.Durable, rabbit.AutoDelete) = (true, true);
        rabbit.QueueExpiration = WorkerTopology.OwnQueueExpiration;
    }

    private static void Open<T>(IBusFactoryConfigurator bus, IBusRegistrationContext context, string queue, int prefetch)
        where T : class, IConsumer => bus.ReceiveEndpoint(queue, endpoint =>
    {
        endpoint.PrefetchCount = prefetch;
        endpoint.ConcurrentMessageLimit = prefetch;
        Durable(endpoint);
        AcceptPlainJson(endpoint);
        if (endpoint is IRabbitMqReceiveEndpointConfigurator) PoisonFilter.Use(endpoint, queue, context); // in memory nothing is delivered again
        Prepare(endpoint, queue, context);
        endpoint.SetAsideUnsigned(new SkippedFilter(context.GetRequiredService<Rejections>));
        endpoint.UseConsumeFilter(typeof(ProducerFilter<>), context);
        endpoint.ConfigureConsumer<T>(context);
    });

    /// <summary>MassTransit's envelope is known by its content type; everything else is read as the message itself.</summary>
    private static void AcceptPlainJson(IReceiveEndpointConfigurator endpoint)
    {
        endpoint.AddDeserializer(new WithheldAddresses(new SystemTextJsonMessageSerializerFactory()));
        endpoint.AddDeserializer(new WithheldAddresses(new SystemTextJsonRawMessageSerializerFactory(RawSerializerOptions.All)), isDefault: true);
    }
}
