using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Commands;

[Integration]
public sealed class FleetCommandTests(TestServers servers) : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

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
        fleet.Provider.Respond(call => call.Text("first ").HoldUntil(rest.Task).Text("second").Stop());
        var running = await fleet.SubmitAsync();
        await using var tail = await folder.StartAsync("tail", $"{running}", "--json");
        await tail.Output.WaitForLineAsync("first ", Soon);
        Assert.DoesNotContain(fleet.Events.Of(running), seen => seen.IsTerminal);

        await using var waiting = await folder.StartAsync("generate", "waits behind it"); // the lane has one slot
        Assert.Contains("10 s", await waiting.Output.WaitForLineAsync("No worker has taken", Soon), StringComparison.Ordinal);

        await waiting.SignalAsync("TERM"); // as Ctrl+C; a shell lets what runs in its background ignore INT
        Assert.Equal(130, await waiting.WaitForExitAsync(Soon));
        Assert.Contains(waiting.Output.Lines, line => line.StartsWith("Told to stop: ", StringComparison.Ordinal));
        var cancelled = await fleet.Events.FirstAsync(seen => seen.Kind == "cancelled");
        Assert.Equal("Interrupted at the command line.", cancelled.String("reason"));

        rest.SetResult();
        Assert.Equal(0, await tail.WaitForExitAsync(Soon));
        Assert.Contains(tail.Output.Lines, line => line.Contains("second", StringComparison.Ordinal));
        Assert.Equal(2, fleet.Provider.Calls.Count);
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

    private async Task<FleetFixture> FleetAsync()
    {
        var fleet = await FleetFixture.StartProcessesAsync(servers, 1, ("Millrace__Providers__scripted__InteractiveConcurrency", "1"));
        folder.Environment["ConnectionStrings__RabbitMq"] = fleet.RabbitMq;
        folder.Environment["ConnectionStrings__Postgres"] = fleet.Postgres;
        return fleet;
    }
}
