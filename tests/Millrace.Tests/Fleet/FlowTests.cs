using Millrace.Contracts;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Fleet;

[Integration]
public sealed class FlowTests(TestServers servers)
{
    [Fact]
    public async Task A_request_becomes_chunks_in_order_and_one_terminal_event()
    {
        await using var fleet = await FleetFixture.StartAsync(servers);
        fleet.Provider.Respond(call => call.Text("Hel", "lo ", "wörld ", "👩‍🚀").Usage(3, 4).Stop());

        var id = await fleet.SubmitAsync();
        var completed = await fleet.Events.TerminalAsync(id);

        Assert.Equal("completed", completed.Kind);
        Assert.Equal("Hello wörld 👩‍🚀", completed.Text);
        Assert.Equal("Stop", completed.String("finishReason"));
        Assert.Equal(3, completed.Message.GetProperty("usage").GetProperty("input").GetInt64());
        Assert.Equal(4, completed.Message.GetProperty("usage").GetProperty("output").GetInt64());
        await fleet.AssertStreamIsWholeAsync(id);
        Assert.Equal("completed", await fleet.QueryAsync<string>("SELECT state FROM generations WHERE id = $1", id));
        Assert.Equal(4L, await fleet.QueryAsync<long>("SELECT output_tokens FROM generations WHERE id = $1", id));
    }

    [Fact]
    public async Task The_first_chunk_arrives_while_the_provider_holds_the_rest_back()
    {
        await using var fleet = await FleetFixture.StartAsync(servers);
        var rest = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.Text("first ").HoldUntil(rest.Task).Text("second").Stop());

        var id = await fleet.SubmitAsync();
        var first = await fleet.Events.FirstAsync(seen => seen.Id == id && seen.Kind == "chunk");
        Assert.Equal("first ", first.Text);
        Assert.DoesNotContain(fleet.Events.Of(id), seen => seen.IsTerminal);

        rest.SetResult();
        Assert.Equal("first second", (await fleet.Events.TerminalAsync(id)).Text);
    }

    [Fact]
    public async Task The_same_request_twenty_times_at_once_is_generated_once_and_announced_under_one_id()
    {
        await using var fleet = await FleetFixture.StartAsync(servers, workers: 2);
        var request = FleetFixture.Request();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => fleet.SubmitAsync(request)));
        var terminal = await fleet.Events.TerminalAsync(request.GenerationId);
        await fleet.SubmitAsync(request with { Channel = "elsewhere" }); // where events go is not what is asked
        await fleet.Events.UntilAsync(seen => seen.Count(e => e.Id == request.GenerationId && e.IsTerminal) > 1);

        Assert.All(fleet.Events.Of(request.GenerationId).Where(seen => seen.IsTerminal), again =>
        {
            Assert.Equal(terminal.MessageId, again.MessageId);
            Assert.Equal(terminal.Message.ToString(), again.Message.ToString());
        });
        Assert.Single(fleet.Provider.Calls);
    }

    [Fact]
    public async Task The_same_id_with_another_request_is_rejected_and_the_first_is_untouched()
    {
        await using var fleet = await FleetFixture.StartAsync(servers);
        var request = FleetFixture.Request();
        await fleet.SubmitAsync(request);
        await fleet.Events.TerminalAsync(request.GenerationId);

        await fleet.SubmitAsync(request with { Prompt = "Something else." });
        var rejected = await fleet.Events.FirstAsync(seen => seen.Kind == "rejected");

        Assert.Equal(nameof(RejectionReason.DifferentRequest), rejected.String("reason"));
        Assert.Equal(request.GenerationId, rejected.Id);
        Assert.Single(fleet.Provider.Calls);
    }

    [Fact]
    public async Task A_lane_never_lets_the_provider_see_more_than_its_concurrency()
    {
        await using var fleet = await FleetFixture.StartAsync(servers, 1, ("Millrace__Providers__scripted__InteractiveConcurrency", "8"));
        var full = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.HoldUntil(full.Task).Text("ok").Stop());

        var ids = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => fleet.SubmitAsync()));
        for (var i = 0; i < 8; i++) await fleet.Provider.NextCallAsync();
        full.SetResult();
        foreach (var id in ids) await fleet.Events.TerminalAsync(id);

        Assert.Equal(8, fleet.Provider.PeakConcurrency);
    }

    [Fact]
    public async Task Fifty_requests_are_asked_at_once_with_few_threads()
    {
        await using var fleet = await FleetFixture.StartProcessesAsync(servers, 1, ("DOTNET_ThreadPool_ForceMaxWorkerThreads", "10")); // hexadecimal: sixteen
        var all = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.HoldUntil(all.Task).Text("ok").Stop());

        var ids = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => fleet.SubmitAsync()));
        for (var i = 0; i < 50; i++) await fleet.Provider.NextCallAsync(); // all fifty are open before any is answered
        Assert.InRange(fleet.Processes[0].Threads, 1, 60);
        all.SetResult();
        foreach (var id in ids) Assert.Equal("completed", (await fleet.Events.TerminalAsync(id)).Kind);
    }
}
