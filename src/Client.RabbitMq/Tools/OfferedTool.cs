using System.Diagnostics.CodeAnalysis;
using MassTransit;
using Microsoft.Extensions.Logging;
using Millrace.Client.Errors;
using Millrace.Client.RabbitMq.Broker;
using Millrace.Contracts;

namespace Millrace.Client.RabbitMq.Tools;

/// <summary>
/// A tool while this process offers it: its queue is opened, then the fleet is told of it until it answers, and again after a reconnection and every few
/// minutes, so that a fleet with a new database has it too. A refusal ends it.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The source lives as long as the service: nobody asks for its wait handle.")]
internal sealed partial class OfferedTool(
    RemoteTool tool, Func<CancellationToken, Task<ToolRegistered>> register, ToolCalls calls, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Renewal = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource stopping = new();
    private readonly Signal connected = new(time);
    private ToolEndpoint? endpoint;
    private Task loop = Task.CompletedTask;

    public void Start(IBus bus, EndpointWatch? watch)
    {
        endpoint = new ToolEndpoint(bus, tool, calls.HandleAsync, connected.Give, time, watch);
        loop = OfferAsync();
    }

    /// <summary>No more calls first, then the end of those that run, which go back to the queue.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await loop;
        var closing = endpoint!.StopAsync(cancellationToken);
        await calls.StopAsync();
        await closing;
    }

    private async Task OfferAsync()
    {
        try
        {
            var queue = ToolEndpoint.QueueOf(tool.Name);
            await connected.WaitAsync(Timeout.InfiniteTimeSpan, stopping.Token);
            for (var times = 1; ; times++)
            {
                if ((await RegisterAsync()).Problem is { } problem)
                {
                    LogRefused(tool.Name, problem);
                    await endpoint!.StopAsync(stopping.Token);
                    return;
                }

                if (times == 1)
                    LogOffered(tool.Name, queue);
                await connected.WaitAsync(Renewal, stopping.Token);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The service ends.
        }
    }

    /// <summary>Services start before workers do, and outlive brokers.</summary>
    private async Task<ToolRegistered> RegisterAsync()
    {
        for (var pause = ShortestPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return await register(stopping.Token);
            }
            catch (Exception fault) when (fault is FleetUnreachableException or NoWorkersException)
            {
                LogUnanswered(tool.Name, fault.Message);
                await Task.Delay(pause, time, stopping.Token);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The fleet has the tool {Tool}; its calls come through {Queue}")]
    private partial void LogOffered(string tool, string queue);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The fleet does not have the tool {Tool} yet, and is asked again: {Problem}")]
    private partial void LogUnanswered(string tool, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "The fleet refuses the tool {Tool}, so its calls are not taken until the service starts again: {Problem}")]
    private partial void LogRefused(string tool, string problem);
}
