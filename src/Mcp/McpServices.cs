using Microsoft.Extensions.Options;
using Millrace.Engine.Settings;

namespace Millrace.Mcp;

/// <summary>Registers the MCP servers.</summary>
public static class McpServices
{
    public static IServiceCollection AddMcp(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton<IValidateOptions<MillraceOptions>>(new McpSettingsValidation(configuration.GetSection(McpSettingsValidation.Section)))
        .AddHostedService<McpService>();
}
