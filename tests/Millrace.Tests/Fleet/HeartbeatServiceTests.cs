using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Millrace.Engine.Execution;
using Millrace.Engine.Membership;
using Millrace.Engine.Settings;
using Millrace.Persistence.Membership;
using Millrace.Tests.Persistence;
using Millrace.Tests.Servers;
using Millrace.Tests.Timing;

namespace Millrace.Tests.Fleet;

/// <summary>Heartbeats by a clock of the test's own, into a real table.</summary>
public sealed class HeartbeatServiceTests : IClassFixture<SqliteTruth>, IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(6);

    private readonly WatchedTime time = new();
    private readonly Channel<string> beats = Channel.CreateUnbounded<string>();
    private readonly Lease lease;
    private readonly RunSet runs;
    private readonly HeartbeatService service;
    private volatile Task answers = Task.CompletedTask;

    public HeartbeatServiceTests(SqliteTruth file)
    {
        var truth = file.Stores;
        var options = Options.Create(new MillraceOptions { HeartbeatInterval = Interval, DeadAfter = DeadAfter });
        var database = new WatchedDatabase(truth.Database, sql =>
        {
            if (!sql.Contains("INTO workers", StringComparison.Ordinal)) return Task.CompletedTask;
            beats.Writer.TryWrite(sql);
            return answers;
        });
        var store = new WorkerStore(database, new Liveness(database, DeadAfter));
        (lease, runs) = (new(options, time), new(null!, time));
        service = new(
            store, truth.Outage, WorkerIdentity.Create(time), runs, lease, options, time, NullLogger<HeartbeatService>.Instance);
    }

    [Fact]
    public async Task One_that_is_not_answered_is_given_up_after_half_the_time_to_death_and_the_next_renews_the_lease()
    {
        await service.StartAsync(CancellationToken.None);
        await BeatAsync();
        await time.WaitsAsync(Interval);
        answers = new TaskCompletionSource().Task;
        time.Advance(Interval);
        await BeatAsync();
        await time.WaitsAsync(DeadAfter / 2);

        answers = Task.CompletedTask;
        time.Advance((DeadAfter / 2) - TimeSpan.FromMilliseconds(1));
        Assert.False(beats.Reader.TryRead(out _));
        Assert.False(lease.IsFresh);
        time.Advance(TimeSpan.FromMilliseconds(1));

        await BeatAsync();
        await Until.TrueAsync(() => lease.IsFresh);
    }

    [Fact]
    public async Task A_worker_beats_once_an_interval()
    {
        await service.StartAsync(CancellationToken.None);
        await BeatAsync();
        await time.WaitsAsync(Interval);
        for (var n = 0; n < 3; n++)
        {
            Assert.False(beats.Reader.TryRead(out _));
            time.Advance(Interval);
            await BeatAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await service.StopAsync(CancellationToken.None);
        service.Dispose();
        runs.Dispose();
    }

    private Task<string> BeatAsync() => beats.Reader.ReadAsync().AsTask().WaitAsync(Patience.Long);
}
