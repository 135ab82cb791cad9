using System.Net;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway;

/// <summary>What is running and what waits, counted in fleets in which nothing else happens.</summary>
[Integration]
public sealed class FleetCountTests(TestServers servers)
{
    [Fact]
    public async Task The_workers_and_the_queues_are_there_for_everyone()
    {
        await using var fleet = await FleetFixture.StartAsync(servers);
        using var http = await GatewayCalls.ClientAsync(fleet, await fleet.AddGatewayAsync());
        var rest = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.Text("ok").HoldUntil(rest.Task).Stop());
        var id = await http.CreateAsync(new { prompt = "Hold." });
        await fleet.Events.FirstAsync(seen => seen.Id == Guid.Parse(id) && seen.Kind == "chunk");

        var workers = await http.GetAsync("/api/workers", HttpStatusCode.OK);
        var queues = await http.GetAsync("/api/queues", HttpStatusCode.OK);
        rest.SetResult();
        await http.EndedAsync(id);

        var worker = Assert.Single(workers.Data());
        Assert.Equal(("True", "1"), (worker.Text("alive"), worker.Text("running")));
        var lane = Assert.Single(queues.Data(), one => one.Text("lane") == "scripted.interactive");
        Assert.Equal(("1", "0", "0", "0"), (lane.Text("running"), lane.Text("queued"), lane.Text("waiting"), lane.Text("parked")));
        Assert.False(lane.TryGetProperty("oldestQueuedSeconds", out _));
    }

    [Fact]
    public async Task What_waits_for_its_turn_in_a_session_is_counted_as_waiting()
    {
        await using var fleet = await FleetFixture.StartAsync(servers);
        using var http = await GatewayCalls.ClientAsync(fleet, await fleet.AddGatewayAsync());
        var rest = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.Text("ok").HoldUntil(rest.Task).Stop());
        var session = Guid.CreateVersion7();
        var ids = new List<string>();
        for (var i = 0; i < 2; i++) ids.Add(await http.CreateAsync(new { prompt = $"{i}", sessionId = session }));

        var queues = await http.UntilAsync("/api/queues", page => page.Data().Any(lane => lane.Text("running") == "1"));
        rest.SetResult();
        foreach (var id in ids) await http.EndedAsync(id);

        Assert.Equal("1", queues.Data().Single().Text("waiting"));
    }
}
