using MassTransit;
using Microsoft.Extensions.Options;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Execution;
using Millrace.Engine.Settings;

namespace Millrace.Worker.Messaging;

/// <summary>
/// Opens the lanes when the worker starts. When it stops: no new tickets, running generations go on for the drain time, the rest
/// is handed back.
/// </summary>
internal sealed partial class LaneService(
    IReceiveEndpointConnector connector, LaneSet lanes, LaneConsumers consumers, RunSet runs, IOptions<MillraceOptions> options, IOptions<MassTransitHostOptions> bus,
    ILogger<LaneService> log) : IHostedService
{
    private readonly List<HostReceiveEndpointHandle> endpoints = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var lane in lanes.All)
        {
            endpoints.Add(connector.ConnectReceiveEndpoint(lane.Queue, (context, endpoint) =>
            {
                endpoint.ConfigureConsumeTopology = false;
                Endpoints.Prepare(endpoint, lane.Queue, context);
                endpoint.PrefetchCount = lane.Concurrency;
                endpoint.ConcurrentMessageLimit = lane.Concurrency;
                Endpoints.Durable(endpoint);
                endpoint.Consumer(() => consumers.Create(lane));
            }));
        }
        if (bus.Value.WaitUntilStarted) await Task.WhenAll(endpoints.Select(endpoint => endpoint.Ready)).WaitAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        runs.Close();
        var stopped = Task.WhenAll(endpoints.Select(endpoint => endpoint.StopAsync(cancellationToken)));
        if (!await runs.DrainAsync(options.Value.DrainTime)) LogHandingBack(runs.Count);
        await runs.HandBackAsync();
        try
        {
            await stopped;
        }
        catch (Exception fault) // what runs is safe by now; the process ends in any case
        {
            LogNotClosed(fault.GetType().Name);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The lanes did not close in order ({Fault})")]
    private partial void LogNotClosed(string fault);

    [LoggerMessage(LogLevel.Information, "Handing back {Count} generations that are still running")]
    private partial void LogHandingBack(int count);
}
