using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Millrace.Client.RabbitMq.Abstractions;
using Millrace.Client.RabbitMq.Addresses;
using Millrace.Client.RabbitMq.Broker;
using Millrace.Client.RabbitMq.Connections;
using Millrace.Client.RabbitMq.Options;

namespace Millrace.Client.RabbitMq;

/// <summary>Registers <see cref="MillraceClient"/>.</summary>
public static class MillraceClientServices
{
    /// <summary>
    /// Adds a singleton <see cref="MillraceClient"/> with a connection of its own, beside any MassTransit bus that the service has. It connects
    /// when the host starts, without holding up the start.
    /// </summary>
    /// <param name="services">The service's services.</param>
    /// <param name="configure">Changes the options. Default: the broker is <c>ConnectionStrings:RabbitMq</c> of the configuration.</param>
    /// <exception cref="OptionsValidationException">At start or at first use: no broker is configured, or an option is out of its range.</exception>
    public static IServiceCollection AddMillraceClient(
        this IServiceCollection services, Action<MillraceClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (!AddOptions(services, configure))
            return services;
        services.AddOptions<MillraceClientOptions>()
            .PostConfigure<IServiceProvider>((options, provider) =>
                options.RabbitMq ??= provider.GetService<IConfiguration>()?.GetConnectionString("RabbitMq"));
        services.AddSingleton<IValidateOptions<MillraceClientOptions>>(new ClientOptionsRules(needsBroker: true));
        services.AddBrokerWatch();
        services.AddMassTransit<IMillraceBus>(registration =>
        {
            registration.DisableUsageTelemetry();
            registration.AddReceiveEndpointObserver(provider => provider.GetRequiredService<EndpointWatch>());
            registration.UsingRabbitMq((context, bus) =>
            {
                var address = new Uri(context.GetRequiredService<IOptions<MillraceClientOptions>>().Value.RabbitMq!);
                RabbitMqAddress.Connect(bus, address, "millrace-client", context.GetRequiredService<BrokerConnector>().Guard);
                bus.ConfigureJsonSerializerOptions(json =>
                {
                    json.WriteIndented = false;
                    json.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
                    json.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
                    return json;
                });
            });
        });
        return AddClient<IMillraceBus>(services);
    }

    /// <summary>
    /// Adds a singleton <see cref="MillraceClient"/> on a bus that the service has already: a RabbitMQ bus on the workers' broker, or the in-memory
    /// bus of a process that holds the workers too.
    /// </summary>
    /// <typeparam name="TBus"><see cref="IBus"/>, or the bus's own interface if there are several.</typeparam>
    /// <param name="services">The service's services.</param>
    /// <param name="configure">Changes the options; <see cref="MillraceClientOptions.RabbitMq"/> is not used.</param>
    /// <exception cref="OptionsValidationException">At start or at first use: an option is out of its range.</exception>
    public static IServiceCollection AddMillraceClientOn<TBus>(
        this IServiceCollection services, Action<MillraceClientOptions>? configure = null)
        where TBus : class, IBus
    {
        ArgumentNullException.ThrowIfNull(services);
        if (!AddOptions(services, configure))
            return services;
        services.AddSingleton<IValidateOptions<MillraceClientOptions>>(new ClientOptionsRules(needsBroker: false));
        return AddClient<TBus>(services);
    }

    /// <summary>Makes a client on a bus of the caller, who starts and stops the bus, without a service collection.</summary>
    /// <param name="bus">A MassTransit bus on RabbitMQ, or in memory in the workers' own process.</param>
    /// <param name="options">Waiting times and limits; <see cref="MillraceClientOptions.RabbitMq"/> is not used. Default: the defaults.</param>
    /// <param name="logger">Gets ids, never content. Default: none.</param>
    /// <param name="time">The clock for waiting times and new ids. Default: the system's.</param>
    /// <param name="uploads">Where uploads are stored. Default: a worker is asked.</param>
    /// <param name="replays">Where missed chunks are read. Default: a worker is asked.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static MillraceClient CreateMillraceClient(
        this IBus bus,
        MillraceClientOptions? options = null,
        ILogger<MillraceClient>? logger = null,
        TimeProvider? time = null,
        IContentUploads? uploads = null,
        IReplaySource? replays = null)
    {
        ArgumentNullException.ThrowIfNull(bus);
        options ??= new MillraceClientOptions();
        if (new ClientOptionsRules(needsBroker: false).Validate(null, options) is { Failed: true } invalid)
            throw new ArgumentException(invalid.FailureMessage, nameof(options));
        return BrokerConnection.Client(bus, options, logger, time, uploads, replays, watch: null);
    }

    /// <summary>Adds the options; false when a client has been added before, which then stays the only one.</summary>
    private static bool AddOptions(IServiceCollection services, Action<MillraceClientOptions>? configure)
    {
        var options = services.AddOptions<MillraceClientOptions>().ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        return services.All(service => service.ServiceType != typeof(MillraceClient));
    }

    private static IServiceCollection AddClient<TBus>(IServiceCollection services) where TBus : class, IBus
    {
        services.TryAddSingleton(provider => BrokerConnection.Client(
            provider.GetRequiredService<TBus>(),
            provider.GetRequiredService<IOptions<MillraceClientOptions>>().Value,
            provider.GetService<ILogger<MillraceClient>>(),
            provider.GetService<TimeProvider>(),
            provider.GetService<IContentUploads>(),
            provider.GetService<IReplaySource>(),
            provider.GetService<EndpointWatch>()));
        return services;
    }
}
