using MassTransit;
using Millrace.Worker.Cancel;
using Millrace.Worker.Capabilities;
using Millrace.Worker.Intake;
using Millrace.Worker.Poison;
using Millrace.Worker.Replay;
using Millrace.Worker.Sessions;
using Millrace.Worker.ToolAnswers;

namespace Millrace.Worker.Hosting;

/// <summary>The queues of a worker, apart from its lanes, the same on RabbitMQ and in memory.</summary>
internal static class Endpoints
{
    public const string Intake = "millrace.intake";
    public const string Cancel = "millrace.cancel";
    public const string Replay = "millrace.replay";
    public const string Sessions = "millrace.sessions";
    public const string Tools = "millrace.tools";
    public const string ToolResults = "millrace.tool-results";
    public const string ToolDecisions = "millrace.tool-decisions";
    public const string Capabilities = "millrace.capabilities";

    public static void Configure(IBusFactoryConfigurator bus, IBusRegistrationContext context)
    {
        Open<IntakeConsumer>(bus, context, Intake, prefetch: 128);
        Open<CancelConsumer>(bus, context, Cancel, prefetch: 32);
        Open<ReplayConsumer>(bus, context, Replay, prefetch: 16);
        Open<SessionConsumer>(bus, context, Sessions, prefetch: 16);
        Open<RegisterToolConsumer>(bus, context, Tools, prefetch: 16);
        Open<ToolCallCompletedConsumer>(bus, context, ToolResults, prefetch: 32);
        Open<DecideToolCallConsumer>(bus, context, ToolDecisions, prefetch: 16);
        Open<CapabilityConsumer>(bus, context, Capabilities, prefetch: 16);
        bus.ReceiveEndpoint(new TemporaryEndpointDefinition("millrace-worker"), endpoint =>
        {
            AcceptPlainJson(endpoint);
            ExpireUnused(endpoint);
            endpoint.ConfigureConsumer<CancelBroadcastConsumer>(context);
        });
    }

    /// <summary>Survives a broker's loss of a node. Its error queue inherits that.</summary>
    public static void Durable(IReceiveEndpointConfigurator endpoint)
    {
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit) rabbit.SetQuorumQueue();
    }

    /// <summary>A worker's own queue: newer brokers refuse transient ones that are not exclusive, so it is durable and goes when it is unused.</summary>
    private static void ExpireUnused(IReceiveEndpointConfigurator endpoint)
    {
        if (endpoint is not IRabbitMqReceiveEndpointConfigurator rabbit) return;
        (rabbit.Durable, rabbit.AutoDelete) = (true, false);
        rabbit.QueueExpiration = TimeSpan.FromMinutes(5);
    }

    private static void Open<T>(IBusFactoryConfigurator bus, IBusRegistrationContext context, string queue, int prefetch)
        where T : class, IConsumer => bus.ReceiveEndpoint(queue, endpoint =>
    {
        endpoint.PrefetchCount = prefetch;
        endpoint.ConcurrentMessageLimit = prefetch;
        Durable(endpoint);
        AcceptPlainJson(endpoint);
        if (endpoint is IRabbitMqReceiveEndpointConfigurator) PoisonFilter.Use(endpoint, queue, context); // in memory nothing is delivered again
        endpoint.ConfigureConsumer<T>(context);
    });

    /// <summary>MassTransit's envelope is known by its content type; everything else is read as the message itself.</summary>
    private static void AcceptPlainJson(IReceiveEndpointConfigurator endpoint) =>
        endpoint.UseRawJsonDeserializer(RawSerializerOptions.All, isDefault: true);
}
