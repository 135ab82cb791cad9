using System.Diagnostics.Metrics;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Millrace.Contracts;
using Millrace.Engine.Publishing;
using Millrace.Engine.Runs;
using Millrace.Engine.Settings;
using Millrace.Engine.Telemetry;
using Millrace.Tests.Persistence;
using Millrace.Tests.Servers;
using Millrace.Worker.Messaging;

namespace Millrace.Tests.Chunks;

/// <summary>A process that was stopped in the middle of its stream and goes on: what waited for the broker meanwhile.</summary>
[Integration]
public sealed class FrozenStreamTests(Truths truths) : IClassFixture<Truths>, IAsyncLifetime
{
    private static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(6); // by the clock of the process: a send that was under way is not given up meanwhile

    private readonly FakeTimeProvider time = new();
    private readonly IOptions<MillraceOptions> options = Options.Create(new MillraceOptions { DeadAfter = DeadAfter });
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly SlowBroker broker = new();
    private readonly IBusControl bus = Bus.Factory.CreateUsingInMemory(_ => { });
    private Lease lease = null!;
    private Tenure tenure = null!;

    public static TheoryData<Kind> Both => Truths.Both;

    public async ValueTask InitializeAsync()
    {
        lease = new Lease(options, time);
        bus.ConnectSendObserver(broker);
        await bus.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await bus.StopAsync(CancellationToken.None);
        await services.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_waited_while_another_worker_took_over_does_not_go_out(Kind kind)
    {
        var truth = truths.Of(kind);
        var (run, stream) = await WaitingAsync(truth);

        Freeze();
        Assert.NotNull(await truth.Runs.ClaimAsync(run.Id, await truth.JudgeAsync(), Rows.Lane, CancellationToken.None));
        Beat(); // the heartbeat is the first to wake up
        broker.Open();

        await AssertFencedAsync(run, stream);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_waited_while_another_worker_announced_the_end_does_not_go_out(Kind kind)
    {
        var truth = truths.Of(kind);
        var (run, stream) = await WaitingAsync(truth);
        Assert.NotNull(await truth.Runs.FinishAsync(run.Claim.Fence, Rows.Completed(), CancellationToken.None));

        Freeze();
        await truth.Announcements.MarkAsync(run.Id, CancellationToken.None);
        Beat();
        broker.Open();

        await AssertFencedAsync(run, stream);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_waited_goes_out_when_nobody_has_taken_over(Kind kind)
    {
        var (run, stream) = await WaitingAsync(truths.Of(kind));

        Freeze();
        Beat();
        broker.Open();
        await stream.Published;

        Assert.Equal([1L, 2L, 3L], broker.Sent);
        Assert.Equal(StopCause.None, run.Cause);
        Assert.Equal(lease.Term, tenure.Term);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task As_long_as_the_heartbeat_is_late_each_event_is_asked_for(Kind kind)
    {
        var (_, stream) = await WaitingAsync(truths.Of(kind));

        Freeze();
        broker.Open();
        await stream.Published;

        Assert.Equal([1L, 2L, 3L], broker.Sent);
        Assert.Null(tenure.Term);
    }

    /// <summary>A run with three chunks in the log, of which the broker takes its time for the first.</summary>
    private async Task<(Run Run, ChunkStream Stream)> WaitingAsync(Truth truth)
    {
        Beat();
        var id = Guid.CreateVersion7();
        var claim = await truth.RunningAsync(Guid.NewGuid(), row => row with { Id = id, Request = $$"""{"generationId":"{{id}}","prompt":"x"}""" });
        var run = new Run(claim, time, CancellationToken.None) { ClaimTerm = lease.Term };
        var metrics = new FleetMetrics(services.GetRequiredService<IMeterFactory>());
        var events = new EventSender(new Outbound(bus), metrics, time, NullLogger<EventSender>.Instance);
        tenure = new Tenure(run, truth.Runs, lease);
        var stream = new ChunkStream(run, null, truth.Chunks, tenure, events, new ChunkPace(options), metrics, time);
        for (var sequence = 1; sequence <= 3; sequence++)
        {
            stream.Add(ChunkKind.Text, $"{sequence} ");
            await stream.FlushAsync();
        }

        await broker.Reached;
        return (run, stream);
    }

    /// <summary>Only what the broker had in its hands already went out. Whoever waits hears of the fence, or of the silence that it commands.</summary>
    private async Task AssertFencedAsync(Run run, ChunkStream stream)
    {
        var ended = await Assert.ThrowsAnyAsync<Exception>(() => stream.Published);

        Assert.True(ended is FencedException or OperationCanceledException, ended.ToString());
        Assert.Equal([1L], broker.Sent);
        Assert.Equal(StopCause.Fenced, run.Cause);
        Assert.True(run.Muted.IsCancellationRequested);
    }

    private void Beat() => lease.Renew(time.GetTimestamp());

    private void Freeze() => time.Advance(DeadAfter + TimeSpan.FromSeconds(1));

    /// <summary>Lets nothing through until it is open, and notes what goes through.</summary>
    private sealed class SlowBroker : ISendObserver
    {
        private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<long> Sent { get; } = [];

        public Task Reached => reached.Task;

        public void Open() => open.SetResult();

        public async Task PreSend<T>(SendContext<T> context) where T : class
        {
            reached.TrySetResult();
            await open.Task;
            Sent.Add(((ChunkProduced)(object)context.Message).Sequence);
        }

        public Task PostSend<T>(SendContext<T> context) where T : class => Task.CompletedTask;

        public Task SendFault<T>(SendContext<T> context, Exception exception) where T : class => Task.CompletedTask;
    }
}
