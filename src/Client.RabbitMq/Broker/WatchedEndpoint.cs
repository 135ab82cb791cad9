namespace Millrace.Client.RabbitMq.Broker;

/// <summary>One queue that this process has to consume from. Not safe for concurrent use; <see cref="EndpointWatch"/> locks.</summary>
internal sealed class WatchedEndpoint(string queue, Action? reopen, BrokerTopology? topology)
{
    private long? silentSince;

    public string Queue => queue;

    /// <summary>What has to stand at the broker for it, if that is declared again every so often.</summary>
    public BrokerTopology? Topology => topology;

    /// <summary>MassTransit said that it consumes, and nothing else since.</summary>
    public bool IsReady { get; set; }

    /// <summary>How long it has not consumed while the broker answered.</summary>
    public TimeSpan Silence { get; private set; }

    /// <summary>True when its silence has been told.</summary>
    public bool IsTold { get; set; }

    /// <summary>Makes a new endpoint of it, if its owner can.</summary>
    public void Reopen() => reopen?.Invoke();

    /// <param name="consumers">Consumers of the queue, whosever they are; null when the broker was not asked. None at all outweighs what MassTransit says.</param>
    /// <param name="time">The clock.</param>
    public void Look(uint? consumers, TimeProvider time)
    {
        if (IsReady && consumers is not 0)
        {
            Forgive();
            return;
        }

        silentSince ??= time.GetTimestamp();
        Silence = time.GetElapsedTime(silentSince.Value);
    }

    /// <summary>Its silence is none of its own.</summary>
    public void Forgive() => (silentSince, Silence) = (null, TimeSpan.Zero);
}
