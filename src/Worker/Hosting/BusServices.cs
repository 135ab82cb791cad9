using System.Net.Security;
using System.Text.Json.Serialization;
using MassTransit;
using Millrace.Client;
using Millrace.Client.Broker;
using Millrace.Worker.Attachments;
using Millrace.Worker.Cancel;
using Millrace.Worker.Capabilities;
using Millrace.Worker.Events;
using Millrace.Worker.Intake;
using Millrace.Worker.Replay;
using Millrace.Worker.Sessions;
using Millrace.Worker.ToolAnswers;

namespace Millrace.Worker.Hosting;

/// <summary>Two buses on RabbitMQ, one that consumes and one that sends; one bus in memory for the embedded default.</summary>
internal static class BusServices
{
    public static IServiceCollection AddFleetBus(this IServiceCollection services, Uri broker) => services
        .AddBrokerWatch()
        .AddSingleton<WorkerTopology>()
        .AddMassTransit(bus =>
        {
            AddConsumers(bus);
            bus.AddReceiveEndpointObserver(provider => provider.GetRequiredService<EndpointWatch>());
            bus.UsingRabbitMq((context, rabbit) =>
            {
                Connect(rabbit, broker, context);
                Endpoints.Configure(rabbit, context);
            });
        })
        .AddMassTransit<ISendingBus>(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.UsingRabbitMq((context, rabbit) => Connect(rabbit, broker, context));
        })
        .AddSingleton(provider => new Outbound(provider.GetRequiredService<ISendingBus>()));

    public static IServiceCollection AddEmbeddedBus(this IServiceCollection services) => services
        .AddSingleton<WorkerTopology>()
        .AddMassTransit(bus =>
        {
            AddConsumers(bus);
            bus.UsingInMemory((context, memory) =>
            {
                Compact(memory);
                Endpoints.Configure(memory, context);
            });
        })
        .AddSingleton(provider => new Outbound(provider.GetRequiredService<IBus>()));

    /// <summary>A client on the worker's own bus, in the worker's own process.</summary>
    public static IServiceCollection AddEmbeddedClient(this IServiceCollection services) => services
        .AddSingleton<IContentUploads, EmbeddedUploads>()
        .AddMillraceClientOn<IBus>();

    /// <summary>A client of the fleet that the connections name or, without them, of the worker in this process.</summary>
    public static IServiceCollection AddClientOf(this IServiceCollection services, Connections? connections) => connections is null
        ? services.AddEmbeddedClient()
        : services.AddMillraceClient(client => (client.RabbitMq, client.Postgres) = (connections.RabbitMq.OriginalString, connections.Postgres));

    private static void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.DisableUsageTelemetry();
        bus.AddConsumer<IntakeConsumer>();
        bus.AddConsumer<CancelConsumer>();
        bus.AddConsumer<CancelBroadcastConsumer>();
        bus.AddConsumer<ReplayConsumer>();
        bus.AddConsumer<SessionConsumer>();
        bus.AddConsumer<RegisterToolConsumer>();
        bus.AddConsumer<ToolCallCompletedConsumer>();
        bus.AddConsumer<DecideToolCallConsumer>();
        bus.AddConsumer<CapabilityConsumer>();
        bus.AddReceiveObserver(provider => new RejectionObserver(provider.GetRequiredService<EventSender>)); // asked for late: it needs the other bus
    }

    private static void Connect(IRabbitMqBusFactoryConfigurator rabbit, Uri broker, IBusRegistrationContext context)
    {
        rabbit.Host(broker, host =>
        {
            host.Heartbeat(TimeSpan.FromSeconds(10));
            context.GetRequiredService<BrokerDoor>().Guard(host);
            // MassTransit also turns TLS on by the port, and would then accept any issuer
            if (broker.Scheme is "amqps" or "rabbitmqs" || broker.Port == 5671) host.UseSsl(tls =>
            {
                tls.ServerName = broker.Host;
                tls.EnforcePolicyErrors(SslPolicyErrors.RemoteCertificateChainErrors | SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateNotAvailable);
            });
        });
        Compact(rabbit);
    }

    private static void Compact(IBusFactoryConfigurator bus) => bus.ConfigureJsonSerializerOptions(options =>
    {
        options.WriteIndented = false;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        return options;
    });
}
