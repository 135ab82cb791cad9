using MassTransit;
using Millrace.Contracts;

namespace Millrace.Client.Inbox;

/// <summary>
/// The inbox's receive endpoint: a queue of this connection alone that is gone with it. Events are handled one after the other; a message that
/// cannot be read is dropped, because a copy in an error queue of a temporary queue would be there for ever.
/// </summary>
internal sealed class InboxEndpoint : IReceiveEndpointObserver, IAsyncDisposable
{
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<HostReceiveEndpointHandle> _handles = [];
    private readonly IBus _bus;
    private readonly ClientInbox _inbox;
    private readonly int _prefetch;
    private readonly string _queue;
    private IEventBindings? _bindings;

    public InboxEndpoint(IBus bus, ClientInbox inbox, int prefetch)
    {
        (_bus, _inbox, _prefetch, _queue) = (bus, inbox, prefetch, $"millrace-client-{inbox.Label}");
        _handles.Add(bus.ConnectReceiveEndpoint(_queue, endpoint =>
        {
            _bindings = BindingsFor(endpoint);
            _bindings.BindLabel(endpoint, inbox.Label);
            endpoint.ConnectReceiveEndpointObserver(this);
            Configure(endpoint);
        }));
    }

    /// <summary>Completes when it is connected for the first time.</summary>
    public Task Connected => _connected.Task;

    /// <summary>What the last attempt to connect failed with.</summary>
    public Exception? LastError { get; private set; }

    public IEventBindings Bindings => _bindings!;

    /// <summary>Returns at once: what there is to do after a reconnection must not hold up the events.</summary>
    public Task Ready(ReceiveEndpointReady ready)
    {
        LastError = null;
        if (!_connected.TrySetResult())
            _ = _inbox.ReconnectedAsync();
        return Task.CompletedTask;
    }

    public Task Faulted(ReceiveEndpointFaulted faulted)
    {
        LastError = faulted.Exception;
        return Task.CompletedTask;
    }

    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        foreach (var handle in _handles)
        {
            try
            {
                await handle.StopAsync(deadline.Token);
            }
            catch (Exception)
            {
                // The bus is gone or going: the queue ends with its connection.
            }
        }

        (_bindings as IDisposable)?.Dispose();
    }

    private IEventBindings BindingsFor(IReceiveEndpointConfigurator endpoint) => endpoint switch
    {
        IRabbitMqReceiveEndpointConfigurator => new RabbitMqBindings(_queue),
        IInMemoryReceiveEndpointConfigurator => new InMemoryBindings(ConnectEverything),
        _ => throw new NotSupportedException(
            $"The Millrace client works on MassTransit's RabbitMQ and in-memory transports; this bus has {endpoint.GetType().Name}."),
    };

    private HostReceiveEndpointHandle ConnectEverything(Action<IReceiveEndpointConfigurator> bind)
    {
        var handle = _bus.ConnectReceiveEndpoint($"{_queue}-all", endpoint =>
        {
            bind(endpoint);
            Configure(endpoint);
        });
        _handles.Add(handle);
        return handle;
    }

    private void Configure(IReceiveEndpointConfigurator endpoint)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PublishFaults = false;
        endpoint.DiscardFaultedMessages();
        endpoint.DiscardSkippedMessages();
        endpoint.PrefetchCount = _prefetch;
        endpoint.ConcurrentMessageLimit = 1;
        Handle<ChunkProduced>(endpoint, _inbox.On);
        Handle<GenerationStarted>(endpoint, _inbox.On);
        Handle<GenerationCompleted>(endpoint, _inbox.On);
        Handle<GenerationFailed>(endpoint, _inbox.On);
        Handle<GenerationCancelled>(endpoint, _inbox.On);
        Handle<RequestRejected>(endpoint, _inbox.On);
        Handle<ChunksReplayed>(endpoint, _inbox.On);
    }

    private static void Handle<T>(IReceiveEndpointConfigurator endpoint, Action<T> handle) where T : class =>
        endpoint.Handler<T>(context =>
        {
            handle(context.Message);
            return Task.CompletedTask;
        });
}
