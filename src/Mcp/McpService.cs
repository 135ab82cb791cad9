using Microsoft.Extensions.Options;
using Millrace.Engine.Settings;
using Millrace.Engine.Tools;

namespace Millrace.Mcp;

/// <summary>
/// Connects the MCP servers before the worker takes its first message, waiting no longer than each server's time limit; one that is not there
/// is tried again in the background. When the worker stops, they go after everything that may call them.
/// </summary>
internal sealed class McpService(
    McpTools tools, ToolCatalog catalog, IOptions<MillraceOptions> options, TimeProvider time, ILogger<McpService> log) : IHostedService, IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var servers = options.Value.McpServers.Select(server => Server(server.Key, server.Value)).ToList();
        running = Task.WhenAll(servers.Select(server => Task.Run(() => server.RunAsync(stopping.Token), CancellationToken.None)));
        await Task.WhenAll(servers.Select(server => server.Tried)).WaitAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await running.WaitAsync(cancellationToken);
    }

    /// <summary>For a start that failed elsewhere: nobody stops a worker then.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        stopping.Dispose();
    }

    private McpServer Server(string name, McpServerSetting setting) =>
        new(name, setting, new McpToolSet(name, setting, tools, catalog), time, log);
}
