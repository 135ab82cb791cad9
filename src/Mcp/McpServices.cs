using Microsoft.Extensions.Options;
using Millrace.Engine.Composition;
using Millrace.Engine.Settings;

namespace Millrace.Mcp;

/// <summary>Registers the MCP servers, and their tools as a source behind those that are there.</summary>
public static class McpServices
{
    public static IServiceCollection AddMcp(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton<IValidateOptions<MillraceOptions>>(new McpSettingsValidation(configuration.GetSection(McpSettingsValidation.Section)))
        .AddToolSource<McpTools>()
        .AddHostedService<McpService>();
}
