using MassTransit;
using Millrace.Client.RabbitMq.Broker;
using Millrace.Contracts;

namespace Millrace.Client.RabbitMq.Inbox;

/// <summary>
/// The inbox's receive endpoint: a queue of this connection alone that is gone with it. Events are handled one after the other; a message that
/// cannot be read is dropped, because a copy in an error queue of a temporary queue would be there for ever.
/// </summary>
internal sealed class InboxEndpoint : IReceiveEndpointObserver, IAsyncDisposable
{
    private static readonly TimeSpan KeepInterval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan KeepPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource stopping = new();
    private readonly List<HostReceiveEndpointHandle> more = [];
    private readonly ReconnectingEndpoint endpoint;
    private readonly Task keeping;
    private readonly EndpointWatch? watch;
    private readonly IBus bus;
    private readonly ClientInbox inbox;
    private readonly TimeProvider time;
    private readonly int prefetch;
    private readonly string queue;
    private IEventBindings? bindings;

    public InboxEndpoint(IBus bus, ClientInbox inbox, int prefetch, EndpointWatch? watch, TimeProvider time)
    {
        (this.bus, this.inbox, this.prefetch, this.watch, this.time, queue) = (bus, inbox, prefetch, watch, time, $"millrace-client-{inbox.Label}");
        endpoint = new ReconnectingEndpoint(bus, queue, endpoint =>
        {
            bindings ??= BindingsFor(endpoint);
            bindings.BindLabel(endpoint, inbox.Label);
            endpoint.ConnectReceiveEndpointObserver(this);
            Configure(endpoint);
        }, time, watch);
        keeping = KeepAsync();
    }

    /// <summary>Completes when it is connected for the first time.</summary>
    public Task Connected => connected.Task;

    /// <summary>What the last attempt to connect failed with.</summary>
    public Exception? LastError { get; private set; }

    public IEventBindings Bindings => bindings!;

    /// <summary>Returns at once: what there is to do after a reconnection must not hold up the events.</summary>
    public Task Ready(ReceiveEndpointReady ready)
    {
        LastError = null;
        if (!connected.TrySetResult())
            _ = this.inbox.ReconnectedAsync();
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
        await stopping.CancelAsync();
        await keeping;
        using var deadline = new CancellationTokenSource(StopPatience, this.time);
        List<Func<CancellationToken, Task>> stops = [endpoint.StopAsync];
        lock (more)
            stops.AddRange(more.Select(handle => (Func<CancellationToken, Task>)handle.StopAsync));
        foreach (var stop in stops)
        {
            try
            {
                await stop(deadline.Token);
            }
            catch (Exception)
            {
                // The bus is gone or going: the queue ends with its connection.
            }
        }

        (bindings as IDisposable)?.Dispose();
        stopping.Dispose();
    }

    private async Task KeepAsync()
    {
        using var timer = new PeriodicTimer(KeepInterval, this.time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token))
            {
                using var deadline = Deadline.After(KeepPatience, this.time, stopping.Token);
                await Bindings.KeepAsync(deadline.Token);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The client is being disposed.
        }
    }

    private IEventBindings BindingsFor(IReceiveEndpointConfigurator endpoint) => endpoint switch
    {
        IRabbitMqReceiveEndpointConfigurator => new RabbitMqBindings(queue, this.time, watch),
        IInMemoryReceiveEndpointConfigurator => new InMemoryBindings(ConnectEverything),
        _ => throw new NotSupportedException(
            $"The Millrace client works on MassTransit's RabbitMQ and in-memory transports; this bus has {endpoint.GetType().Name}."),
    };

    private HostReceiveEndpointHandle ConnectEverything(Action<IReceiveEndpointConfigurator> bind)
    {
        var handle = this.bus.ConnectReceiveEndpoint($"{queue}-all", endpoint =>
        {
            bind(endpoint);
            Configure(endpoint);
        });
        lock (more) // somebody may begin to follow while the client is being disposed
            more.Add(handle);
        return handle;
    }

    private void Configure(IReceiveEndpointConfigurator endpoint)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PublishFaults = false;
        endpoint.DiscardFaultedMessages();
        endpoint.DiscardSkippedMessages();
        endpoint.PrefetchCount = this.prefetch;
        endpoint.ConcurrentMessageLimit = 1;
        Handle<ChunkProduced>(endpoint, this.inbox.On);
        Handle<GenerationStarted>(endpoint, this.inbox.On);
        Handle<GenerationCompleted>(endpoint, this.inbox.On);
        Handle<GenerationFailed>(endpoint, this.inbox.On);
        Handle<GenerationCancelled>(endpoint, this.inbox.On);
        Handle<RequestRejected>(endpoint, this.inbox.On);
        Handle<ChunksReplayed>(endpoint, this.inbox.On);
        Handle<SessionAnswered>(endpoint, this.inbox.Word.Sessions.Accept);
        Handle<CapabilitiesAnswered>(endpoint, this.inbox.Word.Capabilities.Accept);
        Handle<ContentAnswered>(endpoint, this.inbox.Word.Contents.Accept);
        Handle<ToolRegistered>(endpoint, this.inbox.Word.Registrations.Accept);
        Handle<ToolApprovalRequested>(endpoint, this.inbox.Word.Approvals.Accept);
    }

    private static void Handle<T>(IReceiveEndpointConfigurator endpoint, Action<T> handle) where T : class =>
        endpoint.Handler<T>(context =>
        {
            handle(context.Message);
            return Task.CompletedTask;
        });
}
