using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Millrace.Engine.Tools;

namespace Millrace.Tests.Tools.Contract;

/// <summary>An MCP server behind an address has the function. It gets no prefix, so that the tool's name is the same as with the others.</summary>
internal sealed class McpSourceUnderTest : SourceUnderTest
{
    private McpFunctionServer? server;

    public override async Task<(string Name, string Value)[]> StartAsync(AIFunction function)
    {
        server = await McpFunctionServer.StartAsync(function);
        return [("Millrace:McpServers:test:Endpoint", server.Address), ("Millrace:McpServers:test:Prefix", "")];
    }

    public override void Add(AIFunction function, LocalTools tools, IServiceCollection services)
    {
    }

    public override async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
        await base.DisposeAsync();
    }
}
