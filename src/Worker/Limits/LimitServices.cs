using Microsoft.Extensions.Options;
using Millrace.Worker.Hosting;

namespace Millrace.Worker.Limits;

/// <summary>Registers the limits.</summary>
internal static class LimitServices
{
    public static IServiceCollection AddLimits(this IServiceCollection services) => services
        .AddSingleton<IValidateOptions<MillraceOptions>, LimitSettingsValidation>()
        .AddSingleton<LimitRules>().AddSingleton<CallAverages>().AddSingleton<LimitBook>().AddSingleton<AccountStops>().AddSingleton<Recall>().AddSingleton<Gate>()
        .AddHostedService<LimitLoop>();
}
