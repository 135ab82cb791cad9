using Microsoft.Extensions.Options;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Limits;
using Millrace.Engine.Settings;

namespace Millrace.Engine.Composition;

/// <summary>Registers the limits.</summary>
internal static class LimitServices
{
    public static IServiceCollection AddLimits(this IServiceCollection services) => services
        .AddSingleton<IValidateOptions<MillraceOptions>, LimitSettingsValidation>()
        .AddSingleton<LimitRules>().AddSingleton<CallAverages>().AddSingleton<LeaseQueue>().AddSingleton<ProviderCooldowns>().AddSingleton<ParkedWakeups>()
        .AddHostedService<LimitLoop>();
}
