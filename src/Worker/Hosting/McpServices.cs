using Microsoft.Extensions.Options;
using Millrace.Worker.Mcp;
using Millrace.Worker.Settings;

namespace Millrace.Worker.Hosting;

/// <summary>Registers the MCP servers.</summary>
internal static class McpServices
{
    public static IServiceCollection AddMcp(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton<IValidateOptions<MillraceOptions>>(new McpSettingsValidation(configuration.GetSection(McpSettingsValidation.Section)))
        .AddHostedService<McpService>();
}
