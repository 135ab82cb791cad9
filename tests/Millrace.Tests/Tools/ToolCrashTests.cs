using System.Text.Json;
using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Tools.ToolTalk;

namespace Millrace.Tests.Tools;

/// <summary>A worker dies at each point around a tool call, and another one goes on.</summary>
[Integration]
public sealed class ToolCrashTests(TestServers servers) : IAsyncLifetime
{
    private readonly string what = $"act {Guid.NewGuid()}";
    private FleetFixture fleet = null!;
    private Desk desk = null!;

    public async ValueTask InitializeAsync()
    {
        desk = await Desk.StartAsync();
        fleet = await FleetFixture.StartProcessesAsync(servers, 0, ("MILLRACE_TEST_DESK", desk.Address));
        await fleet.AddProcessAsync(TestPaths.ToolWorkerDll);
    }

    [Fact]
    public async Task Before_the_call_is_recorded_the_step_is_asked_again_and_the_call_is_made_once()
    {
        fleet.Provider.Respond(call =>
        {
            if (call.Number == 1) call.Text("Let me see. ").ToolCall("effect", Arguments(what)).Stall();
            else CallThenTell(call, ("effect", what));
        });

        var id = await fleet.SubmitAsync(Ask("Do it.", "effect"));
        await fleet.Events.FirstAsync(seen => seen.Id == id && seen.Kind == "chunk");
        await ReplaceWorkerAsync();

        await AssertToldAsync(id, $"done: {what}");
        Assert.Single(desk.For(what));
    }

    [Fact]
    public async Task In_the_middle_of_calls_only_an_idempotent_one_is_made_again_with_the_same_key()
    {
        var held = new TaskCompletionSource();
        desk.Answer(what, async visit =>
        {
            if (visit.Attempt == 1) await held.Task; // the effect is there, the answer never arrives
            return "done again";
        });
        fleet.Provider.Respond(call => CallThenTell(call, ("effect", what), ("effect_again", what)));

        var id = await fleet.SubmitAsync(Ask("Do both.", "effect", "effect_again"));
        for (var calls = 0; calls < 2; calls++) await desk.NextAsync();
        await ReplaceWorkerAsync();

        await AssertToldAsync(id, "Error: The worker that made this call died before it ended. Whether it took effect is unknown; it was not made again. | done again");
        held.SetResult();
        var (once, again) = (desk.For(what).GroupBy(visit => visit.Key).Single(visits => visits.Count() == 1), desk.For(what).GroupBy(visit => visit.Key).Single(visits => visits.Count() == 2));
        Assert.NotEqual(once.Key, again.Key);
        Assert.Equal([1, 2], again.Select(visit => visit.Attempt));
        Assert.Equal(["failed", "completed"], await fleet.QueryAsync<string[]>("SELECT array_agg(state ORDER BY position) FROM tool_calls WHERE generation_id = $1", id));
    }

    [Fact]
    public async Task When_the_result_is_recorded_and_nobody_has_heard_of_it_it_is_told_and_not_fetched_again()
    {
        var held = new TaskCompletionSource();
        desk.Answer(what, async _ =>
        {
            await held.Task;
            return "never heard";
        });
        fleet.Provider.Respond(call => CallThenTell(call, ("effect", what)));

        var id = await fleet.SubmitAsync(Ask("Do it and die.", "effect"));
        await desk.NextAsync();
        await fleet.Processes[^1].KillAsync();
        Assert.Equal(1L, await fleet.QueryAsync<long>(
            """WITH ended AS (UPDATE tool_calls SET state = 'completed', result = '"recorded"', ended_at = now() WHERE generation_id = $1 RETURNING 1) SELECT count(*) FROM ended""", id));
        held.SetResult();
        await fleet.AddWorkerAsync(desk.Tools());

        await AssertToldAsync(id, "recorded");
        Assert.Single(desk.For(what));
        Assert.Single(fleet.Chunks(id), chunk => chunk.String("kind") == "ToolResult");
    }

    [Fact]
    public async Task In_the_next_step_the_recorded_result_is_used_and_only_that_step_begins_again()
    {
        fleet.Provider.Respond(call =>
        {
            if (call.Number == 2) call.Text("The desk ").Stall();
            else CallThenTell(call, ("effect", what));
        });

        var id = await fleet.SubmitAsync(Ask("Do it, then tell.", "effect"));
        await fleet.Events.FirstAsync(seen => seen.Id == id && seen.Kind == "chunk" && seen.String("step") == "2");
        await ReplaceWorkerAsync();

        await AssertToldAsync(id, $"done: {what}");
        Assert.Single(desk.For(what));
        Assert.Equal(3, fleet.Provider.Calls.Count);
        var restart = Assert.Single(fleet.Chunks(id), chunk => chunk.String("kind") == "Restarted");
        Assert.Equal(fleet.Chunks(id).Single(chunk => chunk.String("kind") == "ToolResult").Sequence, restart.Message.GetProperty("keepThrough").GetInt64());
    }

    [Fact]
    public async Task A_generation_that_waits_for_another_service_goes_on_by_itself_after_all_workers_were_restarted()
    {
        await fleet.Producer.SendAsync("RegisterTool", JsonSerializer.Serialize(new RegisterTool { RequestId = Guid.NewGuid(), Name = "elsewhere" }, ContractsJson.Options));
        await fleet.Events.FirstAsync(seen => seen.Kind == "registered");
        fleet.Provider.Respond(call => CallThenTell(call, ("elsewhere", what)));

        var id = await fleet.SubmitAsync(Ask("Ask elsewhere.", "elsewhere"));
        var asked = await fleet.Events.FirstAsync(seen => seen.Id == id && seen.Kind == "tool");
        await fleet.UntilAsync("SELECT state FROM generations WHERE id = $1", "parked", id);
        Assert.Equal(0, await fleet.Processes[^1].TerminateAsync());
        await fleet.Producer.SendAsync("ToolCallCompleted", JsonSerializer.Serialize(
            new ToolCallCompleted { GenerationId = id, CallId = asked.Message.GetProperty("call").GetProperty("id").GetString()!, Result = "from elsewhere" }, ContractsJson.Options));
        await fleet.AddWorkerAsync(desk.Tools());

        await AssertToldAsync(id, "from elsewhere");
    }

    public async ValueTask DisposeAsync()
    {
        await fleet.DisposeAsync();
        await desk.DisposeAsync();
    }

    private async Task ReplaceWorkerAsync()
    {
        await fleet.Processes[^1].KillAsync();
        await fleet.AddWorkerAsync(desk.Tools());
    }

    private async Task AssertToldAsync(Guid id, string result)
    {
        var end = await fleet.Events.TerminalAsync(id);
        Assert.Equal(("completed", $"The desk said: {result}"), (end.Kind, end.Text));
        await fleet.AssertStreamIsWholeAsync(id);
    }
}
