using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Millrace.Client.RabbitMq.Options;

namespace Millrace.Client.RabbitMq.Broker;

/// <summary>What the buses of a process on RabbitMQ share. Adding it twice is adding it once.</summary>
public static class BrokerServices
{
    /// <summary>
    /// Adds what opens connections, what watches the queues that the process consumes, and the look at the broker every so often. For a process with a bus of
    /// its own on the fleet's broker; <c>AddMillraceClient</c> does it for the client's.
    /// </summary>
    /// <param name="services">The service's services.</param>
    public static IServiceCollection AddBrokerWatch(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => new BrokerConnector(TimeOf(provider), LogOf<BrokerConnector>(provider)));
        services.TryAddSingleton(provider => new EndpointWatch(
            provider.GetRequiredService<IOptions<MillraceClientOptions>>().Value.DeafAfter, TimeOf(provider), LogOf<EndpointWatch>(provider)));
        services.TryAddSingleton(provider => new BrokerWatch(
            provider.GetRequiredService<BrokerConnector>(),
            provider.GetRequiredService<EndpointWatch>(),
            TimeOf(provider),
            LogOf<BrokerWatch>(provider),
            provider.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, BrokerWatch>(provider => provider.GetRequiredService<BrokerWatch>()));
        return services;
    }

    private static ILogger<T> LogOf<T>(IServiceProvider provider) =>
        provider.GetService<ILogger<T>>() ?? NullLogger<T>.Instance;

    private static TimeProvider TimeOf(IServiceProvider provider) =>
        provider.GetService<TimeProvider>() ?? TimeProvider.System;
}
