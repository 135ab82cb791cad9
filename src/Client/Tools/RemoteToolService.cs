using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Millrace.Client.Tools;

/// <summary>
/// Offers the tools of this service while its host runs. It begins after the start of everything that the tools may need, and ends before any of it does:
/// the order of registration does not matter.
/// </summary>
internal sealed class RemoteToolService(MillraceClient client, IEnumerable<RemoteTool> tools, IServiceScopeFactory scopes, ILogger<RemoteToolService> log)
    : IHostedLifecycleService
{
    private readonly List<OfferedTool> offered = [];

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        offered.AddRange(tools.Select(tool => client.Offer(tool, scopes, log)));
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.WhenAll(offered.Select(tool => tool.StopAsync(cancellationToken)));

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
