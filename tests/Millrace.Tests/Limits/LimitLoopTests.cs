using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Millrace.Engine.Limits;
using Millrace.Engine.Settings;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.Limits;
using Millrace.Persistence.Membership;
using Millrace.Tests.Persistence;
using Millrace.Tests.Servers;
using Millrace.Tests.Timing;

namespace Millrace.Tests.Limits;

/// <summary>When the loop visits the tables, by a clock of the test's own.</summary>
public sealed class LimitLoopTests : IClassFixture<SqliteTruth>, IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ShortestForNew = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);

    private readonly WatchedTime time = new();
    private readonly Channel<TimeSpan> visits = Channel.CreateUnbounded<TimeSpan>();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CancellationTokenSource leave = new();
    private readonly Allowance oneAtATime = new($"{Guid.NewGuid()}||calls", null, null, 1);
    private readonly LeaseQueue queue;
    private readonly LimitLoop loop;
    private volatile Task answers = Task.CompletedTask;

    public LimitLoopTests(SqliteTruth file)
    {
        var truth = file.Stores;
        var database = new WatchedDatabase(truth.Database, onTransaction: () =>
        {
            visits.Writer.TryWrite(time.Passed);
            return answers;
        });
        var store = new LimitStore(database, new Liveness(database, Truth.DeadAfter));
        var metrics = new FleetMetrics(services.GetRequiredService<IMeterFactory>());
        var cooldowns = new ProviderCooldowns(store, Options.Create(new MillraceOptions()), metrics, time, NullLogger<ProviderCooldowns>.Instance);
        queue = new(time);
        loop = new(queue, store, cooldowns, truth.Outage, WorkerIdentity.Create(time), time, NullLogger<LimitLoop>.Instance);
    }

    [Fact]
    public async Task While_somebody_waits_there_are_ten_visits_a_second_and_a_signal_makes_it_no_more_than_twenty()
    {
        _ = AskAsync();
        _ = AskAsync(); // the second waits for the end of the first, which does not come
        await loop.StartAsync(CancellationToken.None);
        await time.WaitsAsync(ShortestForNew);
        time.Advance(ShortestForNew);
        var began = await VisitAsync();

        for (var n = 1; n <= 3; n++)
        {
            await time.WaitsAsync(Tick);
            Assert.False(visits.Reader.TryRead(out _));
            time.Advance(Tick);
            Assert.Equal(n * Tick, await VisitAsync() - began);
        }

        await time.WaitsAsync(Tick);
        queue.Wake();
        await time.WaitsAsync(Shortest);
        Assert.False(visits.Reader.TryRead(out _));
        time.Advance(Shortest);
        Assert.Equal((3 * Tick) + Shortest, await VisitAsync() - began);
    }

    [Fact]
    public async Task Who_comes_and_waits_for_an_answer_is_asked_for_at_once_but_not_within_a_hundredth_of_the_visit_before()
    {
        _ = AskAsync();
        await loop.StartAsync(CancellationToken.None);
        await time.WaitsAsync(ShortestForNew);
        Assert.False(visits.Reader.TryRead(out _));
        time.Advance(ShortestForNew);

        Assert.Equal(ShortestForNew, await VisitAsync());
    }

    [Fact]
    public async Task A_visit_that_is_not_answered_is_given_up_after_its_deadline_and_the_next_gives_the_permit()
    {
        answers = new TaskCompletionSource().Task;
        var asked = AskAsync();
        await loop.StartAsync(CancellationToken.None);
        await time.WaitsAsync(ShortestForNew);
        time.Advance(ShortestForNew);
        await VisitAsync();
        await time.WaitsAsync(Deadline);

        answers = Task.CompletedTask;
        time.Advance(Deadline - TimeSpan.FromMilliseconds(1));
        Assert.False(visits.Reader.TryRead(out _));
        time.Advance(TimeSpan.FromMilliseconds(1));
        while (await time.WaitsAsync(Tick, asked)) time.Advance(Tick);

        Assert.IsType<LeaseDecision.Open>(await asked);
    }

    public async ValueTask DisposeAsync()
    {
        await leave.CancelAsync();
        await loop.StopAsync(CancellationToken.None);
        loop.Dispose();
        leave.Dispose();
        await services.DisposeAsync();
    }

    /// <summary>A call that takes a moment: who waits for it waits in place.</summary>
    private Task<LeaseDecision> AskAsync() =>
        queue.AskAsync(new([oneAtATime], 1, isBulk: false, DateTimeOffset.UnixEpoch, TimeSpan.FromMilliseconds(1)), leave.Token);

    private Task<TimeSpan> VisitAsync() => visits.Reader.ReadAsync().AsTask().WaitAsync(Patience.Long);
}
