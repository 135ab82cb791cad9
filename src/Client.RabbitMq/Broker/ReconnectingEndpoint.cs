using MassTransit;

namespace Millrace.Client.RabbitMq.Broker;

/// <summary>
/// A receive endpoint that is watched and, when it has gone deaf, replaced by another of the same queue. What becomes of the deaf one does not matter: it may hang
/// for ever. Safe for concurrent use.
/// </summary>
public sealed class ReconnectingEndpoint
{
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly IBus bus;
    private readonly string queue;
    private readonly Action<IReceiveEndpointConfigurator> configure;
    private readonly TimeProvider time;
    private readonly EndpointWatch? watch;
    private HostReceiveEndpointHandle handle;
    private bool stopped;

    /// <summary>Opens it.</summary>
    /// <param name="bus">The bus that it is on.</param>
    /// <param name="queue">Its queue.</param>
    /// <param name="configure">Configures it, each time it is opened.</param>
    /// <param name="time">By which it waits.</param>
    /// <param name="watch">Who watches it. Default: nobody.</param>
    /// <param name="topology">What is declared again every so often, as long as it is watched. Default: nothing.</param>
    public ReconnectingEndpoint(
        IBus bus, string queue, Action<IReceiveEndpointConfigurator> configure, TimeProvider time, EndpointWatch? watch, BrokerTopology? topology = null)
    {
        (this.bus, this.queue, this.configure, this.time, this.watch) = (bus, queue, Watched, time, watch);
        watch?.Expect(queue, () => _ = ReopenAsync(), topology); // first: it may be ready in no time
        handle = bus.ConnectReceiveEndpoint(queue, Watched);

        // At the endpoint itself: what the bus tells ends when somebody closes the endpoint by its handle
        void Watched(IReceiveEndpointConfigurator endpoint)
        {
            configure(endpoint);
            if (watch is not null)
                endpoint.ConnectReceiveEndpointObserver(watch);
        }
    }

    /// <summary>Completes when it consumes for the first time.</summary>
    public Task Ready => handle.Ready;

    /// <summary>Takes nothing more, and returns when what it has taken is done with, or when the token fires.</summary>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task StopAsync(CancellationToken cancellation)
    {
        watch?.Forget(queue);
        lock (gate)
        {
            stopped = true;
            return handle.StopAsync(cancellation).WaitAsync(cancellation);
        }
    }

    private async Task ReopenAsync()
    {
        try
        {
            // Its name is free as soon as this is called
            await handle.StopAsync(CancellationToken.None).WaitAsync(ClosePatience, time);
        }
        catch (Exception)
        {
            // It hangs: that is why.
        }

        lock (gate)
        {
            if (!stopped)
                handle = bus.ConnectReceiveEndpoint(queue, configure);
        }
    }
}
