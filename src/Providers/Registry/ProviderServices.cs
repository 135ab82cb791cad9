using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Millrace.Providers.Models;
using Millrace.Providers.Options;

namespace Millrace.Providers.Registry;

/// <summary>Registers the providers.</summary>
public static class ProviderServices
{
    /// <summary>
    /// Reads and checks all providers at once, so that a wrong setting stops the start with every message it deserves. Their kinds are
    /// those that ship, unless a <see cref="ProviderKinds"/> is among the services already.
    /// </summary>
    /// <exception cref="OptionsValidationException">A setting breaks a rule; its failures name them all.</exception>
    public static IServiceCollection AddProviders(this IServiceCollection services, IConfiguration configuration)
    {
        var kinds = KindsIn(services) ?? ProviderKinds.Shipped;
        var settings = ProviderSettings.Read(configuration, kinds);
        var problems = settings.Problems
            .Concat(settings.Providers.SelectMany(provider => ProviderOptionsValidation.Check(provider.Key, provider.Value, kinds)))
            .ToList();
        if (problems.Count > 0) throw new OptionsValidationException(ProviderOptions.Section, typeof(ProviderOptions), problems);

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(kinds);
        return services.AddSingleton(
            provider => new ProviderRegistry(settings.Providers, provider.GetRequiredService<TimeProvider>()));
    }

    public static IServiceCollection AddModels(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ModelOptions>().Bind(configuration.GetSection(ModelOptions.Section));
        services.AddSingleton<IValidateOptions<ModelOptions>, ModelSettingsValidation>();
        return services.AddSingleton<ModelTable>().AddSingleton<Prices>().AddSingleton<AbilityRules>();
    }

    private static ProviderKinds? KindsIn(IServiceCollection services) =>
        services.Select(service => service.ImplementationInstance).OfType<ProviderKinds>().LastOrDefault();
}
