using Millrace.Tests.Servers;

namespace Millrace.Tests.Fleet;

[Integration]
public sealed class FaultTests(TestServers servers)
{
    [Fact]
    public async Task After_a_killed_worker_another_one_finishes_and_the_reader_sees_one_restart()
    {
        await using var fleet = await FleetFixture.StartProcessesAsync(servers);
        fleet.Provider.Respond(call =>
        {
            if (call.Number == 1) call.Text("half of ").Stall();
            else call.Text("the whole ", "answer").Usage(1, 2).Stop();
        });
        var id = await fleet.SubmitAsync();
        await fleet.Events.FirstAsync(seen => seen.Id == id && seen.Kind == "chunk");

        await fleet.AddWorkerAsync();
        await DieUnseenAsync(fleet, fleet.Processes[0]);
        var terminal = await fleet.Events.TerminalAsync(id);

        Assert.Equal("the whole answer", terminal.Text);
        Assert.Equal(2, terminal.Message.GetProperty("attempts").GetInt32());
        Assert.Single(fleet.Events.Of(id), seen => seen.String("kind") == "Restarted");
        Assert.Single(fleet.Events.Of(id).Where(seen => seen.IsTerminal).Select(seen => seen.MessageId).Distinct());
        await fleet.AssertStreamIsWholeAsync(id);
    }

    [Fact]
    public async Task A_frozen_worker_that_wakes_up_late_writes_and_publishes_nothing_more()
    {
        await using var fleet = await FleetFixture.StartProcessesAsync(servers, 1, ("Millrace__DeadAfter", "00:00:06"));
        var wake = new TaskCompletionSource();
        fleet.Provider.Respond(call =>
        {
            if (call.Number == 1) call.Text("stale ").HoldUntil(wake.Task).Text("and staler").Stop();
            else call.Text("fresh").Stop();
        });
        var id = await fleet.SubmitAsync();
        await fleet.Events.FirstAsync(seen => seen.Id == id && seen.Kind == "chunk");

        await fleet.AddWorkerAsync();
        await fleet.Processes[0].SignalAsync("STOP");
        var terminal = await fleet.Events.TerminalAsync(id);
        wake.SetResult();
        await fleet.Processes[0].SignalAsync("CONT");
        var row = await fleet.QueryAsync<string>("SELECT concat_ws(' ', state, owner, epoch, attempt, lost_workers, failures) FROM generations WHERE id = $1", id);
        await Until.FitsAsync(() => Task.FromResult(fleet.Processes[0].Lines), lines => lines.Any(IsLeft), $"the first worker to leave '{row}'");

        Assert.Equal("fresh", terminal.Text);
        Assert.DoesNotContain(fleet.Events.Of(id), seen => seen.Text == "and staler");
        await fleet.AssertStreamIsWholeAsync(id);

        static bool IsLeft(string line) => line.Contains("belongs to another worker", StringComparison.Ordinal) || line.Contains("was left to other workers", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_restart_in_mid_stream_does_not_restart_the_generation()
    {
        await using var rabbit = await RabbitMqServer.StartPrivateAsync();
        await using var fleet = await FleetFixture.StartAsync(await rabbit.CreateVirtualHostAsync(), await servers.CreateDatabaseAsync(), workers: 2);
        var rest = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.Text("before ").HoldUntil(rest.Task).Text("after").Stop());
        var ids = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => fleet.SubmitAsync()));
        await fleet.Events.UntilAsync(seen => seen.Where(e => e.Kind == "chunk").Select(e => e.Id).Distinct().Count() == 10);

        await rabbit.StopAsync();
        rest.SetResult();
        await rabbit.StartAsync();
        foreach (var id in ids)
        {
            Assert.Equal("before after", (await fleet.Events.TerminalAsync(id)).Text);
            await fleet.AssertStreamIsWholeAsync(id);
        }

        Assert.Equal(10, fleet.Provider.Calls.Count);
        Assert.Equal(10L, await fleet.QueryAsync<long>("SELECT count(*) FROM generations WHERE state = 'completed' AND epoch = 1"));
    }

    [Fact]
    public async Task A_database_restart_in_mid_stream_loses_and_doubles_nothing()
    {
        await using var postgres = await PostgresServer.StartPrivateAsync();
        await using var fleet = await FleetFixture.StartAsync(await servers.CreateVirtualHostAsync(), await postgres.CreateDatabaseAsync(), 2, ("Millrace__DeadAfter", "00:00:30"));
        var rest = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.Text("before ").HoldUntil(rest.Task).Text("after").Stop());
        var early = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => fleet.SubmitAsync()));
        await fleet.Events.UntilAsync(seen => seen.Where(e => e.Kind == "chunk").Select(e => e.Id).Distinct().Count() == 10);

        await postgres.StopAsync();
        var late = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => fleet.SubmitAsync()));
        rest.SetResult();
        await postgres.StartAsync();

        foreach (var id in early.Concat(late))
        {
            Assert.Equal("before after", (await fleet.Events.TerminalAsync(id)).Text);
            await fleet.AssertStreamIsWholeAsync(id);
            Assert.Single(fleet.Events.Of(id).Where(seen => seen.IsTerminal).Select(seen => seen.MessageId).Distinct());
        }
        Assert.Equal(15, fleet.Provider.Calls.Count);
    }

    [Fact]
    public async Task A_worker_that_is_told_to_stop_finishes_what_can_end_in_its_time()
    {
        await using var fleet = await FleetFixture.StartProcessesAsync(servers, 1, ("Millrace__DrainTime", "00:10:00"));
        var rest = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.Text("short ").HoldUntil(rest.Task).Text("answer").Stop());
        Guid[] ids = [await fleet.SubmitAsync(), await fleet.SubmitAsync()];
        await fleet.Events.UntilAsync(seen => seen.Where(e => e.Kind == "chunk").Select(e => e.Id).Distinct().Count() == 2);

        await fleet.AddWorkerAsync();
        var exit = fleet.Processes[0].TerminateAsync();
        await fleet.Processes[0].WaitForLineAsync("Application is shutting down");
        rest.SetResult();

        Assert.Equal(0, await exit);
        await AssertAllAsync(fleet, ids, "short answer");
        Assert.Equal(2, fleet.Provider.Calls.Count);
    }

    [Fact]
    public async Task A_worker_that_is_told_to_stop_hands_back_what_does_not_end_in_its_time()
    {
        await using var fleet = await FleetFixture.StartProcessesAsync(servers, 1, ("Millrace__DrainTime", "00:00:01"));
        fleet.Provider.Respond(call =>
        {
            if (call.Number <= 2) call.Text("long ").Stall();
            else call.Text("long answer").Stop();
        });
        Guid[] ids = [await fleet.SubmitAsync(), await fleet.SubmitAsync()];
        await fleet.Events.UntilAsync(seen => seen.Where(e => e.Kind == "chunk").Select(e => e.Id).Distinct().Count() == 2);

        await fleet.AddWorkerAsync();

        Assert.Equal(0, await fleet.Processes[0].TerminateAsync());
        await AssertAllAsync(fleet, ids, "long answer");
        Assert.Equal(4, fleet.Provider.Calls.Count);
    }

    private static async Task AssertAllAsync(FleetFixture fleet, Guid[] ids, string text)
    {
        foreach (var id in ids)
        {
            Assert.Equal(text, (await fleet.Events.TerminalAsync(id)).Text);
            await fleet.AssertStreamIsWholeAsync(id);
        }
    }

    /// <summary>Kills a worker of which the others are not told: they find it out when it has been silent for long enough, which the test does not wait for.</summary>
    private static async Task DieUnseenAsync(FleetFixture fleet, WorkerProcess worker)
    {
        await fleet.UntilAsync("SELECT count(*) FROM workers WHERE session_since IS NOT NULL", 2L);
        await worker.SignalAsync("KILL");
        await worker.WaitForExitAsync();
        await fleet.UntilAsync(
            """
            WITH aged AS (
                UPDATE workers SET session_since = session_since - interval '1 h', heartbeat_at = heartbeat_at - CASE name WHEN $1 THEN interval '1 h' ELSE '0' END
                RETURNING lost_at)
            SELECT count(lost_at) FROM aged
            """,
            1L,
            worker.Name);
    }
}
