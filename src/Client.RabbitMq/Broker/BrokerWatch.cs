using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Contracts;
using RabbitMQ.Client;

namespace Millrace.Client.RabbitMq.Broker;

/// <summary>
/// Looks at the broker on a connection of its own, every ten seconds or, for a shorter <see cref="EndpointWatch.DeafAfter"/>, four times in it. Declares again
/// what somebody deleted, and lets the <see cref="EndpointWatch"/> judge. Where there is nothing to declare it connects only while an endpoint is silent.
/// </summary>
/// <param name="door">Opens its connection.</param>
/// <param name="endpoints">Judges what it sees.</param>
/// <param name="time">By which it looks.</param>
/// <param name="log">Gets names of exchanges and queues.</param>
/// <param name="leaving">The process ends: queues are closed on purpose from now on.</param>
public sealed partial class BrokerWatch(
    BrokerConnector door, EndpointWatch endpoints, TimeProvider time, ILogger<BrokerWatch> log, CancellationToken leaving = default) : BackgroundService
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    private IConnection? connection;
    private volatile IReadOnlyList<string> missing = [];
    private string refused = "";

    /// <summary>Exchanges that the last look did not find, and has declared again if it could.</summary>
    public IReadOnlyList<string> Missing => missing;

    /// <summary>Called once when an endpoint is given up. Default: the watch goes on, and opens it anew as long as that takes.</summary>
    public Action? GivenUp { get; set; }

    /// <summary>One look.</summary>
    internal async Task LookAsync(CancellationToken cancellation)
    {
        var topologies = endpoints.Topologies;
        if (topologies.Count == 0 && !endpoints.IsAnySilent)
            return;
        using var deadline = Deadline.After(Patience, time, cancellation);
        try
        {
            if (connection is not { IsOpen: true })
                connection = await door.OpenAsync("millrace watch", deadline.Token);
            var report = new TopologyReport();
            foreach (var topology in topologies)
                await topology.DeclareAsync(connection, report, deadline.Token);
            Note(report);
            endpoints.Look(report.Consumers);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            endpoints.Excuse();
            var type = fault.GetType().Name;
            LogNoAnswer(type);
            await CloseAsync();
        }

        if (topologies.Count == 0)
            await CloseAsync();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var quarter = endpoints.DeafAfter / 4;
        using var timer = new PeriodicTimer(quarter < LongestInterval ? quarter : LongestInterval, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, leaving);
        try
        {
            while (await timer.WaitForNextTickAsync(end.Token))
            {
                await LookAsync(end.Token);
                if (!endpoints.HasGivenUp)
                    continue;
                if (GivenUp is not { } givenUp)
                {
                    endpoints.BeginAgain();
                    continue;
                }

                givenUp();
                return;
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Queues are closed on purpose from now on
        }
        finally
        {
            await CloseAsync();
        }
    }

    private void Note(TopologyReport report)
    {
        if (report.MissingExchanges.Count > 0)
            LogMissing(string.Join(", ", report.MissingExchanges));
        missing = report.MissingExchanges;
        var told = string.Join("; ", report.Refused.Select(one => $"{one.Key}: {one.Value}"));
        if (told.Length > 0 && told != refused)
            LogRefused(told);
        refused = told;
    }

    private async Task CloseAsync()
    {
        if (connection is null)
            return;
        try
        {
            await connection.DisposeAsync().AsTask().WaitAsync(ClosePatience, time);
        }
        catch (Exception)
        {
            // The broker closes what is left of it.
        }

        connection = null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker lacked {Exchanges}; declared again")]
    private partial void LogMissing(string exchanges);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker does not let this process declare {Refused}")]
    private partial void LogRefused(string refused);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The broker did not answer the watch ({Fault})")]
    private partial void LogNoAnswer(string fault);
}
