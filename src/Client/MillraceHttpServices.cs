using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Millrace.Client.Options;

namespace Millrace.Client;

/// <summary>Registers a <see cref="MillraceClient"/> that needs no broker.</summary>
public static class MillraceHttpServices
{
    /// <summary>
    /// Adds a singleton <see cref="MillraceClient"/> that speaks HTTP to a gateway, for services without a connection to the broker. It does all that one on
    /// the broker does but for what needs a broker: <see cref="MillraceClient.Channel"/>, tools of this service and the questions about their calls throw
    /// <see cref="NotSupportedException"/>, and a <c>tenant</c> cannot be named: it is the API key's. Nothing is connected before the first call.
    /// </summary>
    /// <param name="services">The service's services.</param>
    /// <param name="configure">Changes the options. Default: the gateway is <c>ConnectionStrings:Millrace</c> of the configuration, and the key <c>Millrace:ApiKey</c>.</param>
    /// <exception cref="OptionsValidationException">At start or at first use: no gateway is configured, or an option is out of its range.</exception>
    public static IServiceCollection AddMillraceHttpClient(
        this IServiceCollection services, Action<MillraceHttpOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<MillraceHttpOptions>().ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        if (services.Any(service => service.ServiceType == typeof(MillraceClient)))
            return services; // one that was added before stays the only one
        options.PostConfigure<IServiceProvider>((options, provider) =>
        {
            var configuration = provider.GetService<IConfiguration>();
            if (options.Gateway is null && Uri.TryCreate(configuration?.GetConnectionString("Millrace"), UriKind.RelativeOrAbsolute, out var address))
                options.Gateway = address;
            options.ApiKey ??= configuration?["Millrace:ApiKey"];
        });
        services.AddSingleton<IValidateOptions<MillraceHttpOptions>, HttpOptionsRules>();
        services.TryAddSingleton(provider => new MillraceClient(
            provider.GetRequiredService<IOptions<MillraceHttpOptions>>().Value,
            provider.GetService<ILogger<MillraceClient>>(),
            provider.GetService<TimeProvider>()));
        return services;
    }
}
