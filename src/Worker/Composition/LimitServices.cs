using Microsoft.Extensions.Options;
using Millrace.Worker.Dispatch;
using Millrace.Worker.Limits;
using Millrace.Worker.Settings;

namespace Millrace.Worker.Composition;

/// <summary>Registers the limits.</summary>
internal static class LimitServices
{
    public static IServiceCollection AddLimits(this IServiceCollection services) => services
        .AddSingleton<IValidateOptions<MillraceOptions>, LimitSettingsValidation>()
        .AddSingleton<LimitRules>().AddSingleton<CallAverages>().AddSingleton<LimitBook>().AddSingleton<AccountStops>().AddSingleton<Recall>().AddSingleton<Gate>()
        .AddHostedService<LimitLoop>();
}
