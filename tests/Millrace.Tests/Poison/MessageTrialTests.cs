using Microsoft.Extensions.Time.Testing;
using Millrace.Engine.Poison;
using Millrace.Engine.Settings;
using Millrace.Persistence.Poison;
using Millrace.Tests.Persistence;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Poison;

/// <summary>What one worker decides about a message, with what stands in the table of the others.</summary>
[Integration]
public sealed class MessageTrialTests(Truths truths) : IClassFixture<Truths>
{
    private const string Queue = "q";
    private readonly Truth truth = truths.Of(Kind.Postgres);
    private readonly string message = MessageDigest.Of(Queue, Guid.NewGuid().ToByteArray());
    private readonly WorkerIdentity worker = WorkerIdentity.Create(TimeProvider.System);

    [Fact]
    public async Task It_is_written_down_before_the_work_and_taken_out_behind_it()
    {
        var log = NewLog();
        using (await TrialOf(log).BeginAsync(Queue, message, isRedelivered: false, CancellationToken.None))
            Assert.Equal(message, await InHandAsync());
        await log.TidyAsync(CancellationToken.None);

        Assert.Equal("", await InHandAsync());
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public async Task After_three_deaths_and_no_earlier_it_is_refused(int deaths, bool isRefused)
    {
        await JudgeAsync();
        for (var n = 0; n < deaths; n++) await HolderAsync(isDead: true);

        var work = TrialOf(NewLog()).BeginAsync(Queue, message, isRedelivered: true, CancellationToken.None);

        if (isRefused) Assert.Equal(new RefusedWork(message, Queue, deaths), (await Assert.ThrowsAsync<PoisonMessageException>(() => work)).Work);
        else (await work).Dispose();
    }

    [Fact]
    public async Task A_lost_connection_is_no_death_however_often()
    {
        await JudgeAsync();
        for (var n = 0; n < 5; n++) await HolderAsync(isDead: false);
        var time = new FakeTimeProvider();

        var work = TrialOf(NewLog(), time).BeginAsync(Queue, message, isRedelivered: true, CancellationToken.None);
        await Until.TrueAsync(async () => // it sees that they are all heard again
        {
            await truth.QueryAsync<long>($"UPDATE workers SET heartbeat_at = {truth.Database.Sql.Now} WHERE id IN (SELECT worker_id FROM in_flight WHERE messages = $1) RETURNING 1", message);
            time.Advance(TimeSpan.FromSeconds(1));
            return work.IsCompleted;
        }, "the trial");

        (await work).Dispose();
    }

    [Fact]
    public async Task Who_would_be_refused_next_works_alone_among_its_like_and_nobody_else_waits_for_it()
    {
        await JudgeAsync();
        for (var n = 0; n < 2; n++) await HolderAsync(isDead: true);
        var trial = TrialOf(NewLog());
        var other = MessageDigest.Of(Queue, [1]);

        var first = await trial.BeginAsync(Queue, message, isRedelivered: true, CancellationToken.None);
        var second = trial.BeginAsync(Queue, message, isRedelivered: true, CancellationToken.None);
        (await trial.BeginAsync(Queue, other, isRedelivered: false, CancellationToken.None)).Dispose();
        (await trial.BeginAsync(Queue, other, isRedelivered: true, CancellationToken.None)).Dispose();

        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second).Dispose();
    }

    [Fact]
    public async Task What_was_refused_is_refused_at_once_when_it_comes_again()
    {
        await truth.Deaths.RecordMessageAsync(new(message, Queue, 3), CancellationToken.None);
        var trial = TrialOf(NewLog());
        await trial.RefreshAsync(CancellationToken.None);

        await Assert.ThrowsAsync<PoisonMessageException>(() => trial.BeginAsync(Queue, message, isRedelivered: false, CancellationToken.None));
    }

    [Fact]
    public async Task A_hundred_that_come_together_take_few_writes()
    {
        await using var tapped = truths.Another(Kind.Postgres);
        var log = new InFlightLog(tapped.InFlight, tapped.Outage, worker);

        var all = await Task.WhenAll(Enumerable.Range(0, 100).Select(n => log.EnterAsync($"{n:X16}", CancellationToken.None)));

        Assert.Equal(100, (await InHandAsync()).Split(' ').Length);
        Assert.InRange(log.Writes, 1, 10);
        foreach (var entry in all) entry.Dispose();
    }

    private InFlightLog NewLog() => new(truth.InFlight, truth.Outage, worker);

    private MessageTrial TrialOf(InFlightLog log, TimeProvider? time = null) =>
        new(truth.InFlight, log, new Suspects(truth.Deaths), truth.Outage, worker, time ?? TimeProvider.System);

    /// <summary>This worker has been heard for long enough to call others dead.</summary>
    private Task<Guid> JudgeAsync() => truth.JudgeAsync(worker.Id);

    private async Task HolderAsync(bool isDead)
    {
        var holder = Guid.NewGuid();
        await truth.Workers.BeatAsync(holder, "w", CancellationToken.None);
        await truth.InFlight.WriteAsync(holder, message, CancellationToken.None);
        if (isDead) await truth.SilenceAsync(holder);
    }

    private async Task<string> InHandAsync() => (await truth.QueryAsync<string>("SELECT messages FROM in_flight WHERE worker_id = $1", worker.Id)).Single();
}
