using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Client.Errors;
using Millrace.Client.RabbitMq;
using Millrace.Contracts;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Publishing;
using Millrace.Engine.Requests;
using Millrace.Engine.Telemetry;
using Millrace.Tests.Servers;
using Millrace.Tests.Timing;
using Millrace.Worker.Messaging;

namespace Millrace.Tests.Links;

/// <summary>A transport that is stuck in a send and hears no token: each way out gives up at its deadline.</summary>
public sealed class HungSendTests : IAsyncLifetime
{
    private static readonly Guid Id = Guid.NewGuid();

    private static readonly ChunkProduced Chunk =
        new() { GenerationId = Id, Sequence = 1, Epoch = 1, Step = 1, Kind = ChunkKind.Text, ProducedAt = default };

    private readonly WatchedTime time = new();
    private readonly StuckTransport transport = new();
    private readonly IBusControl bus = Bus.Factory.CreateUsingInMemory(_ => { });

    public async ValueTask InitializeAsync()
    {
        bus.ConnectSendObserver(transport);
        bus.ConnectPublishObserver(transport);
        await bus.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync() => await bus.StopAsync(CancellationToken.None);

    [Fact]
    public async Task A_ticket_is_left_to_the_sweeper()
    {
        var sent = new TicketSender(new Outbound(bus), time, NullLogger<TicketSender>.Instance).SendAsync(Guid.NewGuid(), "p.interactive", CancellationToken.None);
        await transport.Reached;

        time.Advance(TimeSpan.FromSeconds(5));

        await sent;
    }

    [Fact]
    public async Task A_cancel_is_left_to_the_heartbeat()
    {
        var sent = new CancelBroadcaster(new Outbound(bus), time, NullLogger<CancelBroadcaster>.Instance).SendAsync(Guid.NewGuid(), "enough", CancellationToken.None);
        await transport.Reached;

        time.Advance(TimeSpan.FromSeconds(5));

        await sent;
    }

    [Fact]
    public async Task An_event_is_tried_again()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var stop = new CancellationTokenSource();
        var sent = EventsOf(services).SendAsync(Chunk, Id, "default", Id, correlation: null, stop.Token);
        await transport.Reached;

        await Until.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return transport.Tries >= 3;
        });
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
    }

    [Fact]
    public async Task An_event_that_nobody_should_wait_for_is_left_after_its_patience()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var patience = TimeSpan.FromHours(1);
        var sent = EventsOf(services).SendWithinAsync(patience, Chunk, Id, "default", Id, correlation: null, CancellationToken.None);
        await transport.Reached;

        time.Advance(patience - TimeSpan.FromMilliseconds(1));
        Assert.False(sent.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.False(await sent.WaitAsync(Patience.Long));
    }

    [Fact]
    public async Task An_answer_is_tried_three_times_and_then_left()
    {
        var answers = new AnswerSender(new Outbound(bus), time, NullLogger<AnswerSender>.Instance);
        var sent = answers.SendAsync(Chunk, Id, correlation: null, new Requester { Queue = "nobody" }, CancellationToken.None);
        for (var tries = 1; tries <= 3; tries++)
        {
            await time.WaitsAsync(TimeSpan.FromSeconds(5));
            await Until.TrueAsync(() => transport.Tries == tries);
            time.Advance(TimeSpan.FromSeconds(5));
            if (tries < 3 && await time.WaitsAsync(TimeSpan.FromMilliseconds(500), sent)) time.Advance(TimeSpan.FromMilliseconds(500));
        }

        await sent;
        Assert.Equal(TimeSpan.FromSeconds(16), time.Passed);
    }

    [Fact]
    public async Task A_clients_request_fails_and_says_so()
    {
        await using var client = bus.CreateMillraceClient(time: time);
        var sent = client.CancelAsync(Guid.NewGuid(), cancellationToken: TestContext.Current.CancellationToken);
        await transport.Reached;

        time.Advance(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAsync<FleetUnreachableException>(() => sent);
    }

    private EventSender EventsOf(IServiceProvider services) => new(
        new Outbound(bus), ActivatorUtilities.CreateInstance<FleetMetrics>(services), time, NullLogger<EventSender>.Instance);

    private sealed class StuckTransport : ISendObserver, IPublishObserver
    {
        private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int tries;

        public Task Reached => reached.Task;

        public int Tries => Volatile.Read(ref tries);

        public Task PreSend<T>(SendContext<T> context) where T : class => StickAsync();

        public Task PrePublish<T>(PublishContext<T> context) where T : class => StickAsync();

        public Task PostSend<T>(SendContext<T> context) where T : class => Task.CompletedTask;

        public Task SendFault<T>(SendContext<T> context, Exception exception) where T : class => Task.CompletedTask;

        public Task PostPublish<T>(PublishContext<T> context) where T : class => Task.CompletedTask;

        public Task PublishFault<T>(PublishContext<T> context, Exception exception) where T : class => Task.CompletedTask;

        private Task StickAsync()
        {
            Interlocked.Increment(ref tries);
            reached.TrySetResult();
            return new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously).Task;
        }
    }
}
