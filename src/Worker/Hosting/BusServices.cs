using MassTransit;
using Microsoft.Extensions.Options;
using Millrace.Client.RabbitMq;
using Millrace.Client.RabbitMq.Abstractions;
using Millrace.Client.RabbitMq.Addresses;
using Millrace.Client.RabbitMq.Broker;
using Millrace.Client.RabbitMq.Options;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Publishing;
using Millrace.Engine.Settings;
using Millrace.Worker.Messaging;

namespace Millrace.Worker.Hosting;

/// <summary>Two buses on RabbitMQ, one that consumes and one that sends; one bus in memory for the embedded default.</summary>
internal static class BusServices
{
    public static IServiceCollection AddFleetBus(this IServiceCollection services, Uri broker) => services
        .AddBrokerWatch()
        .AddSingleton<WorkerTopology>()
        .AddProducers(RabbitMqAddress.User(broker.OriginalString))
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
        .AddOutbound(provider => new Outbound(
            provider.GetRequiredService<ISendingBus>(),
            SendsUserId(provider.GetRequiredService<IConfiguration>()) ? RabbitMqAddress.User(broker.OriginalString) : null));

    public static IServiceCollection AddEmbeddedBus(this IServiceCollection services) => services
        .AddSingleton<WorkerTopology>()
        .AddProducers(own: null)
        .AddMassTransit(bus =>
        {
            AddConsumers(bus);
            bus.UsingInMemory((context, memory) =>
            {
                BusJson.Configure(memory);
                Endpoints.Configure(memory, context);
            });
        })
        .AddOutbound(provider => new Outbound(provider.GetRequiredService<IBus>()));

    /// <summary>A client on the worker's own bus, in the worker's own process.</summary>
    public static IServiceCollection AddEmbeddedClient(this IServiceCollection services) => services
        .AddSingleton<IContentUploads, EmbeddedUploads>()
        .AddMillraceClientOn<IBus>();

    /// <summary>A client of the fleet that the connections name or, without them, of the worker in this process.</summary>
    public static IServiceCollection AddClientOf(this IServiceCollection services, Connections? connections) => connections is null
        ? services.AddEmbeddedClient()
        : services
            .AddMillraceClient(client => client.RabbitMq = connections.RabbitMq.OriginalString)
            .Configure<MillraceClientOptions, IConfiguration>((client, configuration) => client.SendUserId = SendsUserId(configuration));

    private static IServiceCollection AddOutbound(this IServiceCollection services, Func<IServiceProvider, Outbound> create) => services
        .AddSingleton(create)
        .AddSingleton<IEventPublisher>(provider => provider.GetRequiredService<Outbound>())
        .AddSingleton<IRunQueue>(provider => provider.GetRequiredService<Outbound>());

    private static IServiceCollection AddProducers(this IServiceCollection services, string? own) => services
        .AddSingleton(provider => new ProducerAccounts(provider.GetRequiredService<IOptions<MillraceOptions>>(), own))
        .AddSingleton<ProducerCheck>();

    private static IServiceCollection Configure<TOptions, TNeeded>(this IServiceCollection services, Action<TOptions, TNeeded> configure)
        where TOptions : class where TNeeded : class
    {
        services.AddOptions<TOptions>().Configure(configure);
        return services;
    }

    /// <summary>Where accounts are bound to tenants, what is sent without one is refused.</summary>
    private static bool SendsUserId(IConfiguration configuration)
    {
        var settings = configuration.GetSection(MillraceOptions.Section);
        return settings.GetValue<bool?>(nameof(MillraceOptions.SendUserId)) ?? settings.GetSection(nameof(MillraceOptions.Producers)).GetChildren().Any();
    }

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
        bus.AddConsumer<ContentConsumer>();
        bus.AddReceiveObserver(provider => new RejectionObserver(provider.GetRequiredService<Rejections>)); // asked for late: it needs the other bus
    }

    private static void Connect(IRabbitMqBusFactoryConfigurator rabbit, Uri broker, IBusRegistrationContext context)
    {
        RabbitMqAddress.Connect(rabbit, broker, name: null, host =>
        {
            host.Heartbeat(TimeSpan.FromSeconds(10));
            context.GetRequiredService<BrokerConnector>().Guard(host);
        });
        BusJson.Configure(rabbit);
    }
}
