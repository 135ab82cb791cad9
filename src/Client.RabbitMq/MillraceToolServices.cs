using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Client.RabbitMq.Connections;
using Millrace.Client.RabbitMq.Options;
using Millrace.Client.RabbitMq.Tools;

namespace Millrace.Client.RabbitMq;

/// <summary>Registers tools that this service runs for the fleet's models.</summary>
public static class MillraceToolServices
{
    /// <summary>
    /// Offers a method as a tool while the host runs: its name, description and parameters come from the method and its attributes. Calls arrive through a
    /// durable queue that all replicas of the service share. Needs a <see cref="MillraceClient"/>, registered before or after.
    /// </summary>
    /// <param name="services">The service's services.</param>
    /// <param name="method">
    /// What is called. It may be asynchronous, take a <see cref="CancellationToken"/>, which fires at the call's deadline and when the service stops, take
    /// an <see cref="IServiceProvider"/>, which is the call's own scope, and read <see cref="RemoteToolCall.Current"/>. What it returns goes to the model, a text as it is and
    /// anything else as JSON; the message of an exception does too, as the failure of the call.
    /// </param>
    /// <param name="name">The tool's name, <c>[A-Za-z0-9_-]{1,64}</c>, one in the whole fleet. Default: the method's.</param>
    /// <param name="description">What it does and when to call it, for the model. Default: the method's <c>Description</c> attribute.</param>
    /// <param name="configure">Changes the options. Default: see <see cref="RemoteToolOptions"/>.</param>
    /// <exception cref="ArgumentException">Its name or an option is no good, or this service has a tool of that name.</exception>
    public static IServiceCollection AddMillraceTool(
        this IServiceCollection services, Delegate method, string? name = null, string? description = null, Action<RemoteToolOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(method);
        return services.AddMillraceTool(AIFunctionFactory.Create(method, name, description), configure);
    }

    /// <summary>Offers a function as a tool while the host runs. See the other overload.</summary>
    /// <param name="services">The service's services.</param>
    /// <param name="function">What the model sees of it, and what is called.</param>
    /// <param name="configure">Changes the options. Default: see <see cref="RemoteToolOptions"/>.</param>
    /// <exception cref="ArgumentException">Its name or an option is no good, or this service has a tool of that name.</exception>
    public static IServiceCollection AddMillraceTool(
        this IServiceCollection services, AIFunction function, Action<RemoteToolOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(function);
        var tool = new RemoteTool(function, new RemoteToolOptions());
        configure?.Invoke(tool.Options);
        if (tool.Broken() is { } broken)
            throw new ArgumentException(broken, nameof(function));
        if (services.Any(service => service.ImplementationInstance is RemoteTool other && other.Name == tool.Name))
            throw new ArgumentException($"There is a tool '{tool.Name}' already; give this one another name.", nameof(function));
        services.AddSingleton(tool);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RemoteToolService>(Create));
        return services;
    }

    private static RemoteToolService Create(IServiceProvider provider)
    {
        var client = provider.GetService<MillraceClient>() ?? throw new InvalidOperationException(
            "A tool needs a client of the fleet: call AddMillraceClient or AddMillraceClientOn too.");
        var scopes = provider.GetRequiredService<IServiceScopeFactory>();
        var log = provider.GetRequiredService<ILogger<RemoteToolService>>();
        return new RemoteToolService(provider.GetServices<RemoteTool>(), tool => BrokerConnection.Of(client).Offer(tool, scopes, log));
    }
}
