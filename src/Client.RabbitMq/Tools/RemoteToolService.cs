using Microsoft.Extensions.Hosting;

namespace Millrace.Client.RabbitMq.Tools;

/// <summary>
/// Offers the tools of this service while its host runs. It begins after the start of everything that the tools may need, and ends before any of it does:
/// the order of registration does not matter.
/// </summary>
/// <param name="tools">The tools.</param>
/// <param name="offer">Begins to offer one.</param>
internal sealed class RemoteToolService(IEnumerable<RemoteTool> tools, Func<RemoteTool, OfferedTool> offer) : IHostedLifecycleService
{
    private readonly List<OfferedTool> offered = [];

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        offered.AddRange(tools.Select(offer));
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(offered.Select(tool => tool.StopAsync(cancellationToken)));

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
