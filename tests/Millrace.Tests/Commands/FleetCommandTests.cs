using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Commands;

[Integration]
public sealed class FleetCommandTests(TestServers servers) : IDisposable
{
    private readonly CommandFolder folder = new();

    [Fact]
    public async Task A_fleet_is_asked_watched_and_told_to_stop_from_the_command_line()
    {
        await using var fleet = await FleetAsync();
        fleet.Provider.Respond(call => call.Text("from the ", "fleet").Stop());
        var ended = await folder.RunAsync("generate", "x");
        Assert.Equal((0, "from the fleet\n", ""), (ended.ExitCode, ended.Output, ended.Error));
        Assert.Contains("\"model\":\"m\",\"known\":false", (await folder.RunAsync("capabilities", "scripted", "--json")).OutputOrThrow("capabilities"), StringComparison.Ordinal);

        var rest = new TaskCompletionSource();
        var running = await HoldAsync(fleet, rest.Task);
        var tail = folder.Start("tail", $"{running}", "--json");
        await tail.Output.WaitForLineAsync("first ", Patience.Long);
        Assert.DoesNotContain(fleet.Events.Of(running), seen => seen.IsTerminal);

        await using var waiting = await folder.StartProcessAsync("generate", "waits behind it");
        await fleet.UntilAsync("SELECT count(*) FROM generations", 3L);
        await waiting.SignalAsync("TERM"); // as Ctrl+C; a shell lets what runs in its background ignore INT
        Assert.Equal(130, await waiting.WaitForExitAsync(Patience.Long));
        Assert.Contains(waiting.Output.Lines, line => line.StartsWith("Told to stop: ", StringComparison.Ordinal));
        var cancelled = await fleet.Events.FirstAsync(seen => seen.Kind == "cancelled");
        Assert.Equal("Interrupted at the command line.", cancelled.String("reason"));

        rest.SetResult();
        Assert.Contains("second", (await tail.EndAsync()).OutputOrThrow("tail"), StringComparison.Ordinal);
        Assert.Equal(2, fleet.Provider.Calls.Count);
    }

    [Fact]
    public async Task A_request_that_no_worker_takes_for_ten_seconds_is_noted_and_still_waits()
    {
        await using var fleet = await FleetAsync();
        var rest = new TaskCompletionSource();
        await HoldAsync(fleet, rest.Task);
        var waiting = folder.Start("generate", "waits behind it");
        var patience = await waiting.Clock.FirstWaitAsync();
        waiting.Clock.Advance(patience);
        var note = await waiting.Output.WaitForLineAsync("No worker has taken", Patience.Long);
        rest.SetResult();
        var ended = await waiting.EndAsync();

        Assert.Equal(TimeSpan.FromSeconds(10), patience);
        Assert.Contains("after 10 s; still waiting", note, StringComparison.Ordinal);
        Assert.Equal((0, "first second\n", $"{note}\n"), (ended.ExitCode, ended.Output, ended.Error));
    }

    [Fact]
    public async Task A_broker_that_no_worker_has_ever_connected_to_is_told()
    {
        folder.Environment["ConnectionStrings__RabbitMq"] = await servers.CreateVirtualHostAsync();
        folder.Environment["ConnectionStrings__Postgres"] = "Host=127.0.0.1;Database=not_asked";

        CommandFolder.AssertExplained(
            await folder.RunAsync("generate", "x"), 3, $"Nobody takes {nameof(GenerateRequested)}: no worker has ever connected to this broker and virtual host.");
    }

    public void Dispose() => folder.Dispose();

    /// <summary>A fleet whose lane has one slot.</summary>
    private async Task<FleetFixture> FleetAsync()
    {
        var fleet = await FleetFixture.StartAsync(servers, 1, ("Millrace__Providers__scripted__InteractiveConcurrency", "1"));
        folder.Environment["ConnectionStrings__RabbitMq"] = fleet.RabbitMq;
        folder.Environment["ConnectionStrings__Postgres"] = fleet.Postgres;
        return fleet;
    }

    /// <summary>A generation that has the slot until its rest may come.</summary>
    private static async Task<Guid> HoldAsync(FleetFixture fleet, Task rest)
    {
        fleet.Provider.Respond(call => call.Text("first ").HoldUntil(rest).Text("second").Stop());
        var id = await fleet.SubmitAsync();
        await fleet.Events.FirstAsync(seen => seen.Id == id && seen.Kind == "chunk");
        return id;
    }
}
