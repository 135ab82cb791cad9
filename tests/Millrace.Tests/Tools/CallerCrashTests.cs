using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using Npgsql;
using static Millrace.Tests.Tools.CallerTalk;
using static Millrace.Tests.Tools.ToolTalk;

namespace Millrace.Tests.Tools;

/// <summary>A worker dies between the model's call of a caller's tool and the terminal event, and another one goes on.</summary>
[Integration]
public sealed class CallerCrashTests(TestServers servers) : IAsyncLifetime
{
    private readonly string what = $"look {Guid.NewGuid()}";
    private FleetFixture fleet = null!;
    private Desk desk = null!;

    public async ValueTask InitializeAsync()
    {
        desk = await Desk.StartAsync();
        fleet = await FleetFixture.StartProcessesAsync(servers, 0, ("MILLRACE_TEST_DESK", desk.Address));
        await fleet.AddProcessAsync(TestPaths.ToolWorkerDll);
    }

    [Fact]
    public async Task Behind_the_record_of_the_call_the_model_is_not_asked_again()
    {
        var session = Guid.CreateVersion7();
        var answer = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.Text("Let me see. ").HoldUntil(answer.Task).ToolCall("look_up", Arguments(what)).Usage(10, 5).Finish("tool_calls"));
        var request = Question(what) with { SessionId = session };
        await fleet.SubmitAsync(request);
        await fleet.Events.FirstAsync(seen => seen.Id == request.GenerationId && seen.Kind == "chunk");

        // The end of a turn needs its session's row, the record of a step does not
        await using (var source = NpgsqlDataSource.Create(fleet.Postgres))
        await using (var connection = await source.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var hold = new NpgsqlCommand("SELECT 1 FROM sessions WHERE id = $1 FOR UPDATE", connection, transaction) { Parameters = { new() { Value = session } } };
            await hold.ExecuteScalarAsync();
            answer.SetResult();
            await fleet.UntilAsync("SELECT state FROM tool_calls WHERE generation_id = $1", "handed", request.GenerationId);
            await fleet.Processes[^1].KillAsync();
        }
        var asked = await fleet.QueryAsync<string>("SELECT call_id FROM tool_calls WHERE generation_id = $1", request.GenerationId);
        await fleet.AddWorkerAsync(desk.Tools());

        var end = await AssertHandedAsync(request.GenerationId);
        Assert.Equal(asked, Assert.Single(CallsOf(end)).Id);
        Assert.Equal(("1", "5"), (end.String("attempts"), end.Message.GetProperty("usage").GetProperty("output").ToString()));
        Assert.Single(fleet.Provider.Calls);
        Assert.Equal([MessageRole.User, MessageRole.Assistant], (await Sessions.Conversation.TranscriptAsync(fleet, session)).Select(message => message.Role));
    }

    [Fact]
    public async Task Before_the_record_of_the_call_the_step_is_asked_again_and_the_call_keeps_its_id()
    {
        fleet.Provider.Respond(call =>
        {
            if (call.Number == 1) call.Text("Let me see. ").ToolCall("look_up", Arguments(what)).Stall();
            else AskCaller(call, what);
        });

        var id = await fleet.SubmitAsync(Question(what));
        await fleet.Events.FirstAsync(seen => seen.Id == id && seen.Kind == "chunk");
        await ReplaceWorkerAsync();

        await AssertHandedAsync(id);
        Assert.Equal(2, fleet.Provider.Calls.Count);
    }

    [Fact]
    public async Task In_the_middle_of_a_call_of_the_fleets_beside_it_that_one_is_settled_and_the_callers_is_handed_over()
    {
        var held = new TaskCompletionSource();
        desk.Answer(what, async visit =>
        {
            if (visit.Attempt == 1) await held.Task;
            return "done again";
        });
        fleet.Provider.Respond(call => call.Text("Let me see. ").ToolCall("look_up", Arguments(what), "a").ToolCall("effect_again", Arguments(what), "b").Finish("tool_calls"));

        var id = await fleet.SubmitAsync(Question(what) with { Tools = ["effect_again"] });
        await desk.NextAsync();
        await ReplaceWorkerAsync();

        await AssertHandedAsync(id);
        held.SetResult();
        Assert.Equal("done again", Assert.Single(fleet.Chunks(id), chunk => chunk.String("kind") == "ToolResult").Text);
        Assert.Single(fleet.Provider.Calls);
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

    private async Task<SeenEvent> AssertHandedAsync(Guid id)
    {
        var end = await fleet.Events.TerminalAsync(id);
        await fleet.AssertStreamIsWholeAsync(id);
        Assert.Equal(("completed", "ToolCalls", "Let me see. "), (end.Kind, end.String("finishReason"), end.Text));
        var call = Assert.Single(CallsOf(end));
        Assert.Equal(("look_up", Arguments(what)), (call.Name, call.Arguments));
        Assert.Single(fleet.Events.Of(id).Where(seen => seen.IsTerminal).Select(seen => seen.MessageId).Distinct());
        return end;
    }
}
