using Millrace.Tests.Servers;

namespace Millrace.Tests.Fleet;

[Integration]
public sealed class CancelTests(TestServers servers)
{
    [Fact]
    public async Task A_cancel_in_mid_stream_closes_the_connection_and_keeps_the_partial_text()
    {
        await using var fleet = await FleetFixture.StartAsync(servers, workers: 2);
        fleet.Provider.Respond(call => call.Text("as far as ").Stall());
        var id = await fleet.SubmitAsync();
        await fleet.Events.FirstAsync(seen => seen.Id == id && seen.Kind == "chunk");
        var call = await fleet.Provider.NextCallAsync();

        await fleet.Producer.CancelAsync(id, "enough");
        await Until.DoneAsync(call.Aborted);
        var cancelled = await fleet.Events.TerminalAsync(id);

        Assert.Equal("cancelled", cancelled.Kind);
        Assert.Equal("enough", cancelled.String("reason"));
        Assert.Equal("as far as ", cancelled.String("partialText"));
        await fleet.AssertStreamIsWholeAsync(id);
        Assert.Equal("cancelled", await fleet.QueryAsync<string>("SELECT state FROM generations WHERE id = $1", id));
    }

    [Fact]
    public async Task A_cancel_that_arrives_before_its_request_holds()
    {
        await using var fleet = await FleetFixture.StartAsync(servers);
        var request = FleetFixture.Request();
        await fleet.Producer.CancelAsync(request.GenerationId, "changed my mind");
        await fleet.UntilAsync("SELECT count(*) FROM cancellations", 1L);

        await fleet.SubmitAsync(request);

        Assert.Equal("cancelled", (await fleet.Events.TerminalAsync(request.GenerationId)).Kind);
        Assert.Empty(fleet.Provider.Calls);
    }

    [Fact]
    public async Task A_queued_generation_is_cancelled_without_a_slot()
    {
        await using var fleet = await FleetFixture.StartAsync(servers, 1, ("Millrace__Providers__scripted__InteractiveConcurrency", "1"));
        var release = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.HoldUntil(release.Task).Text("ok").Stop());
        var running = await fleet.SubmitAsync();
        await fleet.Provider.NextCallAsync();
        var queued = await fleet.SubmitAsync();
        await fleet.UntilAsync("SELECT count(*) FROM generations", 2L);

        await fleet.Producer.CancelAsync(queued);
        Assert.Equal("cancelled", (await fleet.Events.TerminalAsync(queued)).Kind);

        release.SetResult();
        Assert.Equal("completed", (await fleet.Events.TerminalAsync(running)).Kind);
        Assert.Single(fleet.Provider.Calls);
    }
}
