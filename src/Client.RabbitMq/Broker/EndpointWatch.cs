using MassTransit;
using Microsoft.Extensions.Logging;
using Millrace.Client.RabbitMq.Options;

namespace Millrace.Client.RabbitMq.Broker;

/// <summary>
/// Knows of each queue of this process whether it is consumed from. One that is not, for <see cref="MillraceClientOptions.DeafAfter"/> while the broker answers
/// others, is told and opened anew where that can be done; after as long again <see cref="HasGivenUp"/>. Safe for concurrent use.
/// </summary>
/// <param name="deafAfter">How long an endpoint may be silent.</param>
/// <param name="time">By which that is measured.</param>
/// <param name="log">Gets names of queues.</param>
public sealed partial class EndpointWatch(TimeSpan deafAfter, TimeProvider time, ILogger<EndpointWatch> log) : IReceiveEndpointObserver
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, WatchedEndpoint> watched = new(StringComparer.Ordinal);

    /// <summary>How long an endpoint may be silent.</summary>
    public TimeSpan DeafAfter => deafAfter;

    /// <summary>True when an endpoint has been silent for twice as long.</summary>
    public bool HasGivenUp { get; private set; }

    /// <summary>True when some endpoint does not consume, for however short a time.</summary>
    internal bool IsAnySilent
    {
        get
        {
            lock (gate)
                return watched.Values.Any(endpoint => !endpoint.IsReady || endpoint.Silence > TimeSpan.Zero);
        }
    }

    /// <summary>The queues that have been silent for too long, by name.</summary>
    public IReadOnlyList<string> Deaf
    {
        get
        {
            lock (gate)
            {
                var deaf = watched.Values.Where(endpoint => endpoint.Silence >= deafAfter);
                return [.. deaf.Select(endpoint => endpoint.Queue).Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>What has to stand at the broker.</summary>
    internal IReadOnlyList<BrokerTopology> Topologies
    {
        get
        {
            lock (gate)
                return [.. watched.Values.Select(endpoint => endpoint.Topology).OfType<BrokerTopology>()];
        }
    }

    /// <summary>This queue has to be consumed from, from now on.</summary>
    /// <param name="queue">Its name.</param>
    /// <param name="reopen">Opens its endpoint anew. Default: nobody can.</param>
    /// <param name="topology">What has to stand at the broker as long as it is expected. Default: nothing but what its own start declares.</param>
    public void Expect(string queue, Action? reopen = null, BrokerTopology? topology = null)
    {
        lock (gate)
            watched.TryAdd(queue, new WatchedEndpoint(queue, reopen, topology));
    }

    /// <summary>It is closed on purpose.</summary>
    /// <param name="queue">Its name.</param>
    public void Forget(string queue)
    {
        lock (gate)
            watched.Remove(queue);
    }

    /// <summary>Looks at every queue, at a moment when the broker has answered a connection of our own.</summary>
    /// <param name="consumers">Consumers by queue, where they were counted.</param>
    internal void Look(IReadOnlyDictionary<string, uint> consumers)
    {
        List<WatchedEndpoint> reopened = [];
        lock (gate)
        {
            foreach (var endpoint in watched.Values)
            {
                endpoint.Look(consumers.TryGetValue(endpoint.Queue, out var count) ? count : null, time);
                Tell(endpoint, reopened);
            }
        }

        foreach (var endpoint in reopened)
            endpoint.Reopen();
    }

    /// <summary>The broker answers nobody: no endpoint's fault.</summary>
    internal void Excuse()
    {
        lock (gate)
        {
            foreach (var endpoint in watched.Values)
                endpoint.Forgive();
        }
    }

    /// <summary>Gives every endpoint its time again.</summary>
    internal void BeginAgain()
    {
        lock (gate)
        {
            HasGivenUp = false;
            foreach (var endpoint in watched.Values)
            {
                endpoint.Forgive();
                endpoint.IsTold = false;
            }
        }
    }

    /// <inheritdoc/>
    public Task Ready(ReceiveEndpointReady ready) => Set(ready, isReady: true);

    /// <inheritdoc/>
    public Task Stopping(ReceiveEndpointStopping stopping) => Set(stopping, isReady: false);

    /// <inheritdoc/>
    public Task Completed(ReceiveEndpointCompleted completed) => Set(completed, isReady: false);

    /// <inheritdoc/>
    public Task Faulted(ReceiveEndpointFaulted faulted) => Set(faulted, isReady: false);

    private Task Set(ReceiveEndpointEvent told, bool isReady)
    {
        var queue = Uri.UnescapeDataString(told.InputAddress.Segments[^1]);
        lock (gate)
        {
            if (watched.TryGetValue(queue, out var endpoint))
                endpoint.IsReady = isReady;
        }

        return Task.CompletedTask;
    }

    private void Tell(WatchedEndpoint endpoint, List<WatchedEndpoint> reopened)
    {
        if (endpoint.Silence < deafAfter)
        {
            if (endpoint.IsTold)
                LogHeard(endpoint.Queue);
            endpoint.IsTold = false;
            return;
        }

        if (!endpoint.IsTold)
        {
            LogDeaf(endpoint.Queue, endpoint.Silence);
            endpoint.IsTold = true;
            reopened.Add(endpoint);
        }

        if (endpoint.Silence < deafAfter * 2 || HasGivenUp)
            return;
        LogGivenUp(endpoint.Queue, endpoint.Silence);
        HasGivenUp = true;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The queue {Queue} has not been consumed from here for {Silence}, though the broker answers")]
    private partial void LogDeaf(string queue, TimeSpan silence);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The queue {Queue} has not been consumed from here for {Silence}: only a new start can mend it")]
    private partial void LogGivenUp(string queue, TimeSpan silence);

    [LoggerMessage(Level = LogLevel.Information, Message = "The queue {Queue} is consumed from again")]
    private partial void LogHeard(string queue);
}
