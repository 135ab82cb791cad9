using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Millrace.Client.Broker;

/// <summary>What the buses of a process on RabbitMQ share. Adding it twice is adding it once.</summary>
internal static class BrokerServices
{
    public static IServiceCollection AddBrokerWatch(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => new BrokerDoor(TimeOf(provider), LogOf<BrokerDoor>(provider)));
        services.TryAddSingleton(provider => new EndpointWatch(
            provider.GetRequiredService<IOptions<MillraceClientOptions>>().Value.DeafAfter, TimeOf(provider), LogOf<EndpointWatch>(provider)));
        services.TryAddSingleton(provider => new BrokerWatch(
            provider.GetRequiredService<BrokerDoor>(),
            provider.GetRequiredService<EndpointWatch>(),
            TimeOf(provider),
            LogOf<BrokerWatch>(provider),
            provider.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, BrokerWatch>(provider => provider.GetRequiredService<BrokerWatch>()));
        return services;
    }

    private static ILogger<T> LogOf<T>(IServiceProvider provider) => provider.GetService<ILogger<T>>() ?? NullLogger<T>.Instance;

    private static TimeProvider TimeOf(IServiceProvider provider) => provider.GetService<TimeProvider>() ?? TimeProvider.System;
}
