using System.Net;
using System.Text.Json;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Gateway.GatewayCalls;

namespace Millrace.Tests.Gateway;

/// <summary>What is left when processes die.</summary>
[Integration]
public sealed class GatewayDeathTests(TestServers servers)
{
    [Fact]
    public async Task A_reader_whose_gateway_is_killed_goes_on_at_another_and_misses_nothing()
    {
        await using var fleet = await FleetFixture.StartAsync(servers);
        var (first, second) = (await fleet.AddProcessAsync(role: "gateway"), await fleet.AddGatewayAsync());
        using var http = await ClientAsync(fleet, first);
        using var other = await ClientAsync(fleet, second);
        var rest = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.Text("one ", "two ").HoldUntil(rest.Task).Text("three ", "four").Usage(1, 4).Stop());
        var id = await http.CreateAsync(new { prompt = "Count." });

        var (seen, text) = (new List<long>(), "");
        var broken = await Record.ExceptionAsync(async () =>
        {
            await foreach (var told in http.EventsAsync(Get($"/api/generations/{id}/events")))
            {
                Take(told.EventType, told.Data);
                if (text == "one two ") await first.KillAsync();
            }
        });
        rest.SetResult();
        var resumed = Get($"/api/generations/{id}/events");
        resumed.Headers.Add("Last-Event-ID", $"{seen[^1]}");
        await foreach (var told in other.EventsAsync(resumed)) Take(told.EventType, told.Data);

        Assert.NotNull(broken); // a clean end would look like the whole answer
        Assert.Equal("one two three four", text);
        Assert.Equal(Enumerable.Range(1, seen.Count).Select(n => (long)n), seen);
        Assert.Single(fleet.Provider.Calls);

        void Take(string kind, string data)
        {
            if (kind != "chunk") return;
            seen.Add(JsonElement.Parse(data).GetProperty("sequence").GetInt64());
            text += JsonElement.Parse(data).Text("text");
        }
    }

    [Fact]
    public async Task Without_any_worker_the_gateway_tells_what_has_been()
    {
        await using var fleet = await FleetFixture.StartProcessesAsync(servers);
        using var http = await ClientAsync(fleet, await fleet.AddGatewayAsync());
        fleet.Provider.Respond(call => call.Text("one ", "two").Usage(1, 2).Stop());
        var session = (await http.PostAsync("/api/sessions", new { systemPrompt = "Be short." }, HttpStatusCode.Created)).Text("sessionId");
        var id = await http.CreateAsync(new { prompt = "Count.", sessionId = session });
        await http.EndedAsync(id);
        var before = await http.StreamAsync(id);

        await fleet.Processes[0].KillAsync();

        Assert.Equal(before, await http.StreamAsync(id));
        Assert.Equal("one two", (await http.GetAsync($"/api/generations/{id}", HttpStatusCode.OK)).GetProperty("completed").Text("text"));
        Assert.Equal([id], (await http.GetAsync("/api/generations", HttpStatusCode.OK)).Data().Select(run => run.Text("generationId")));
        Assert.Equal(["Count.", "one two"], (await http.GetAsync($"/api/sessions/{session}/messages", HttpStatusCode.OK)).Data().Select(message => message.Text("text")));
        Assert.Equal("False", (await http.UntilAsync("/api/workers", page => page.Data().Single().Text("alive") == "False")).Data().Single().Text("alive"));
    }

    [Fact]
    public async Task A_database_that_is_away_is_told_to_callers_and_a_stream_goes_on_behind_it()
    {
        await using var postgres = await PostgresServer.StartPrivateAsync();
        await using var fleet = await FleetFixture.StartAsync(await servers.CreateVirtualHostAsync(), await postgres.CreateDatabaseAsync());
        using var http = await ClientAsync(fleet, await fleet.AddGatewayAsync());
        var rest = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.Text("before ").HoldUntil(rest.Task).Text("after").Stop());

        var text = "";
        await foreach (var told in http.EventsAsync(Post("/stream", new { prompt = "Slowly." })))
        {
            if (told.EventType == "message") text += told.Data;
            if (rest.Task.IsCompleted) continue;
            await postgres.StopAsync();
            Assert.Equal("database_unavailable", (await http.GetAsync($"/api/generations/{Guid.NewGuid()}", HttpStatusCode.ServiceUnavailable)).Text("code"));
            rest.SetResult();
            await postgres.StartAsync();
        }

        Assert.Equal("before after", text);
    }
}
