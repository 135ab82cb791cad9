using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Millrace.Engine.Settings;
using Millrace.Engine.ToolCalls;
using Millrace.Engine.Tools;

namespace Millrace.Engine.Composition;

/// <summary>Registers what makes tool calls, and where tools come from.</summary>
public static class ToolServices
{
    /// <summary>Adds a source of tools behind those that are there. Where two sources give a name, the first one's tool is called.</summary>
    public static IServiceCollection AddToolSource<TSource>(this IServiceCollection services) where TSource : class, IToolSource
    {
        services.TryAddSingleton<TSource>();
        return services.AddSingleton<IToolSource>(provider => provider.GetRequiredService<TSource>());
    }

    internal static IServiceCollection AddTools(this IServiceCollection services) => services
        .AddSingleton<IValidateOptions<MillraceOptions>, ToolSettingsValidation>()
        .AddSingleton<ToolCatalog>()
        .AddSingleton<ToolCallEnding>()
        .AddSingleton<InProcessCalls>()
        .AddSingleton<OutsideCalls>()
        .AddSingleton<ToolRound>();
}
