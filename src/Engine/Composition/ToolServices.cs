using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Millrace.Engine.Settings;
using Millrace.Engine.ToolCalls;
using Millrace.Engine.Tools;

namespace Millrace.Engine.Composition;

/// <summary>Registers what makes tool calls.</summary>
internal static class ToolServices
{
    public static IServiceCollection AddTools(this IServiceCollection services)
    {
        services.TryAddSingleton(new LocalTools());
        services.AddSingleton<IValidateOptions<MillraceOptions>, ToolSettingsValidation>();
        return services.AddSingleton<ToolCatalog>()
            .AddSingleton<ToolCallEnding>().AddSingleton<LocalCalls>().AddSingleton<OutsideCalls>().AddSingleton<ToolRound>();
    }
}
