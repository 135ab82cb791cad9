using System.Text.Json;
using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using Millrace.Tests.Sessions;
using static Millrace.Tests.Tools.CallerTalk;
using static Millrace.Tests.Tools.ToolTalk;
using static Millrace.Tests.Tools.ToolWires;

namespace Millrace.Tests.Tools;

/// <summary>Tools that the caller runs: the calls are handed back, and their results come with the next request.</summary>
[Collection(ToolFleet.Name)]
[Integration]
public sealed class CallerToolTests(ToolFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;
    private readonly Desk desk = given.Desk;
    private readonly string marker = $"caller {Guid.NewGuid():N}";

    [Theory]
    [InlineData("scripted", true)]
    [InlineData("scripted", false)]
    [InlineData("anthropic", true)]
    [InlineData("anthropic", false)]
    [InlineData("ollama", true)]
    [InlineData("ollama", false)]
    [InlineData("huggingface", true)]
    [InlineData("huggingface", false)]
    public async Task On_each_wire_calls_are_handed_back_and_their_results_go_round(string provider, bool inSession)
    {
        given.Server(provider).Respond(call => AskCaller(call, marker + " 1", marker + " 2"));
        Guid? session = inSession ? Guid.CreateVersion7() : null;
        var first = Question(marker) with { Provider = provider, SessionId = session, Origin = JsonElement.Parse("""{"kept":"by the producer"}""") };

        var end = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(first));
        await fleet.AssertStreamIsWholeAsync(first.GenerationId);

        Assert.Equal(("completed", "ToolCalls", "Let me see. ", "1"), (end.Kind, end.String("finishReason"), end.Text, end.String("attempts")));
        Assert.Equal("5", end.Message.GetProperty("usage").GetProperty("output").ToString());
        var calls = CallsOf(end);
        Assert.Equal([("look_up", Arguments(marker + " 1")), ("look_up", Arguments(marker + " 2"))], calls.Select(call => (call.Name, call.Arguments)));
        Assert.Equal(calls.Select(call => call.Id), Called(first.GenerationId));
        var asked = Assert.Single(given.ValidCalls(provider, marker));
        Assert.Equal((1, 1, 0), (asked.Times("Looks it up where the caller is."), asked.Times("""{"what":{"type":"string"}}"""), asked.Times("by the producer")));
        Assert.Equal("""{"kept":"by the producer"}""", await fleet.QueryAsync<string>("SELECT (request->'origin')::text FROM generations WHERE id = $1", first.GenerationId));

        PromptMessage[] results = [Results((calls[1], "second")), Results((calls[0], "first"))]; // each in a message of its own, in any order
        var second = Question(marker) with { Provider = provider, SessionId = session, Prompt = null, Messages = inSession ? results : [.. Before(first, end), .. results] };
        var answer = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(second));

        Assert.Equal(("completed", "Stop", "All done."), (answer.Kind, answer.String("finishReason"), answer.Text));
        Assert.False(answer.Message.TryGetProperty("toolCalls", out _));
        var told = given.ValidCalls(provider, marker)[^1];
        Assert.Equal((1, 1, 0), (told.Times("\"first\""), told.Times("\"second\""), told.Times("No result of this call")));
        Assert.True(told.RawBody.IndexOf("\"first\"", StringComparison.Ordinal) < told.RawBody.IndexOf("\"second\"", StringComparison.Ordinal));
        if (session is { } id)
            Assert.Equal(
                [MessageRole.User, MessageRole.Assistant, MessageRole.Tool, MessageRole.Tool, MessageRole.Assistant],
                (await fleet.TranscriptAsync(id)).Select(message => message.Role));
    }

    [Fact]
    public async Task Arguments_are_handed_over_as_the_model_wrote_them_whatever_the_schema_says()
    {
        string[] written = ["""{ "wat" : [1, 2.50, "\u00e9\u0000"] }""", $"""["{marker}"]""", ""];
        fleet.Provider.Respond(call =>
        {
            if (HasResults(call)) call.Text("All done.").Stop();
            else call.ToolCalls(3, [.. written.Select((arguments, i) => new ScriptedTool("look_up", arguments, $"theirs_{i}"))]).Finish("tool_calls");
        });
        var session = Guid.CreateVersion7();

        var end = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Question(marker) with { SessionId = session }));
        var calls = CallsOf(end);
        Assert.Equal([.. written[..2], "{}"], calls.Select(call => call.Arguments));

        var answer = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Question(marker) with { SessionId = session, Prompt = null, Messages = [Results([.. calls.Select(call => (call, "read"))])] }));
        Assert.Equal(("completed", "All done."), (answer.Kind, answer.Text));
        var explicitly = Question(marker) with { Prompt = null, Messages = [.. Before(Question(marker), end), Results([.. calls.Select(call => (call, "read"))])] };
        Assert.Equal("completed", (await fleet.Events.TerminalAsync(await fleet.SubmitAsync(explicitly))).Kind);
        Assert.All(given.ValidCalls("scripted", marker).TakeLast(2), call => Assert.Equal(3, ResultsIn(call).Count));
    }

    [Fact]
    public async Task A_call_of_the_fleets_beside_it_is_made_first_and_the_generation_ends_with_the_callers()
    {
        fleet.Provider.Respond(call =>
        {
            if (HasResults(call)) call.Text(string.Join(" | ", ResultsIn(call))).Stop();
            else call.Text("Let me see. ").ToolCall("look_up", Arguments(marker), "a").ToolCall("effect", Arguments(marker), "b").ToolCall("no_such_tool", "{}", "c").Finish("tool_calls");
        });
        var session = Guid.CreateVersion7();
        var first = Question(marker) with { SessionId = session, Tools = ["effect"], MaxSteps = 1 };

        var end = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(first));
        await fleet.AssertStreamIsWholeAsync(first.GenerationId);

        Assert.Equal(("completed", "ToolCalls", "1"), (end.Kind, end.String("finishReason"), end.String("attempts")));
        var handed = Assert.Single(CallsOf(end));
        Assert.Equal("look_up", handed.Name);
        Assert.Single(desk.For(marker));
        Assert.Equal(["handed", "completed", "failed"], await fleet.QueryAsync<string[]>("SELECT array_agg(state ORDER BY position) FROM tool_calls WHERE generation_id = $1", first.GenerationId));
        Assert.Contains(fleet.Chunks(first.GenerationId), chunk => chunk.Text == "There is no tool 'no_such_tool'. Tools: effect, look_up.");
        Assert.Equal([MessageRole.User, MessageRole.Assistant, MessageRole.Tool], (await fleet.TranscriptAsync(session)).Select(message => message.Role));

        var next = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Question(marker) with { SessionId = session, Prompt = null, Messages = [Results((handed, "found"))] }));
        Assert.Equal($"found | done: {marker} | Error: There is no tool 'no_such_tool'. Tools: effect, look_up.", next.Text);
    }

    [Fact]
    public async Task A_cancel_before_the_handing_over_leaves_no_call_open()
    {
        var release = new TaskCompletionSource();
        desk.Answer(marker, async _ =>
        {
            await release.Task;
            return "late";
        });
        fleet.Provider.Respond(call => call.ToolCall("look_up", Arguments(marker), "a").ToolCall("effect", Arguments(marker), "b").Finish("tool_calls"));
        var session = Guid.CreateVersion7();

        var id = await fleet.SubmitAsync(Question(marker) with { SessionId = session, Tools = ["effect"] });
        await fleet.UntilAsync("SELECT count(*) FROM tool_calls WHERE generation_id = $1 AND state IN ('handed', 'running')", 2L, id);
        await fleet.Producer.CancelAsync(id);
        Assert.Equal("cancelled", (await fleet.Events.TerminalAsync(id)).Kind);
        release.SetResult();

        var transcript = await fleet.TranscriptAsync(session);
        Assert.Equal(2, transcript[2].ToolResults!.Count(result => result.IsError));
        Assert.Equal(["skipped", "failed"], await fleet.QueryAsync<string[]>("SELECT array_agg(state ORDER BY position) FROM tool_calls WHERE generation_id = $1", id));
        var late = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Question(marker) with { SessionId = session, Prompt = null, Messages = [Results((transcript[1].ToolCalls![0], "late"))] }));
        Assert.Equal(("failed", "InvalidRequest"), (late.Kind, late.String("reason")));
    }

    [Fact]
    public async Task In_a_session_a_result_may_miss_and_one_that_answers_no_open_call_is_refused()
    {
        fleet.Provider.Respond(call =>
        {
            if (call.RawBody.Contains("Go on.", StringComparison.Ordinal)) call.Text("All done.").Stop();
            else AskCaller(call, marker + " 1", marker + " 2");
        });
        var session = Guid.CreateVersion7();
        var calls = CallsOf(await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Question(marker) with { SessionId = session })));
        async Task<SeenEvent> BringAsync(params PromptMessage[] messages) =>
            await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Question(marker) with { SessionId = session, Prompt = null, Messages = messages }));

        var wrong = await BringAsync(Results((calls[0], "first")), Results((calls[0], "again")));
        Assert.Equal(("failed", "InvalidRequest"), (wrong.Kind, wrong.String("reason")));
        Assert.Equal($"Messages[1] has a result of the call '{calls[0].Id}', which is no open call of session {session}. Open: {calls[1].Id}.", wrong.String("message"));
        var answered = await BringAsync(Results((calls[1], "second")), new PromptMessage(MessageRole.User, "Go on."));
        var late = await BringAsync(Results((calls[0], "first")));

        Assert.Equal(("completed", "All done."), (answered.Kind, answered.Text));
        var told = given.ValidCalls("scripted", marker)[^1];
        Assert.Equal((1, 1), (told.Times("\"second\""), told.Times("No result of this call was recorded.")));
        Assert.EndsWith($"which is no open call of session {session}. None is open.", late.String("message"), StringComparison.Ordinal);
        Assert.Equal(2, given.ValidCalls("scripted", marker).Count);
    }

    [Fact]
    public async Task The_same_request_again_gets_the_same_end_and_asks_nobody()
    {
        fleet.Provider.Respond(call => AskCaller(call, marker));
        var request = Question(marker);

        var end = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(request));
        await fleet.SubmitAsync(request);
        await fleet.Events.UntilAsync(seen => seen.Count(e => e.Id == request.GenerationId && e.IsTerminal) >= 2);

        var again = fleet.Events.Of(request.GenerationId).Last(seen => seen.IsTerminal);
        Assert.Equal((end.MessageId, end.Message.GetRawText()), (again.MessageId, again.Message.GetRawText()));
        Assert.Single(given.ValidCalls("scripted", marker));
        Assert.Single(CallsOf(again));
    }

    [Theory]
    [InlineData("effect", null, "CallerTools has a tool of the name 'effect', which Tools names as one of the fleet's")]
    [InlineData("look_up", "other", "Options.ToolChoice is 'other'; it must be auto, none, required, or one of the request's tools (effect, look_up).")]
    [InlineData("look up", null, "CallerTools[0].Name is 'look up'; it must match")]
    public async Task A_request_whose_tools_make_no_sense_is_refused(string name, string? choice, string message)
    {
        var request = FleetFixture.Request() with { Tools = ["effect"], CallerTools = [new() { Name = name }], Options = new() { ToolChoice = choice } };
        var end = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(request));

        Assert.Equal(("failed", "InvalidRequest"), (end.Kind, end.String("reason")));
        Assert.StartsWith(message, end.String("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_choice_may_be_a_tool_of_the_callers()
    {
        fleet.Provider.Respond(call => AskCaller(call, marker));

        var end = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Question(marker) with { Options = new() { ToolChoice = "look_up", ParallelToolCalls = false } }));

        Assert.Equal("ToolCalls", end.String("finishReason"));
        var sent = Assert.Single(given.ValidCalls("scripted", marker)).Body;
        Assert.Equal("look_up", sent.GetProperty("tool_choice").GetProperty("function").GetProperty("name").GetString());
        Assert.False(sent.GetProperty("parallel_tool_calls").GetBoolean());
    }

    [Fact]
    public async Task The_simulated_provider_calls_the_callers_tools_and_says_what_they_said()
    {
        var model = $"default?first=0ms&interval=0ms&words=8&call=look_up,look_up&arguments={Arguments("1")}&arguments={Arguments("2")}";
        var session = Guid.CreateVersion7();
        var first = Question(marker) with { Provider = "simulated", Model = model, SessionId = session, Options = new() { Temperature = 1 } };
        var handed = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(first));
        var calls = CallsOf(handed);

        var next = Question(marker) with { Provider = "simulated", Model = model, SessionId = session, Prompt = null, Messages = [Results((calls[0], "one"), (calls[1], "two"))] };
        var end = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(next));

        Assert.Equal([Arguments("1"), Arguments("2")], calls.Select(call => call.Arguments));
        Assert.Equal("""["temperature"]""", handed.String("ignoredOptions"));
        Assert.Equal("Stop", end.String("finishReason"));
        Assert.EndsWith(" The tools said: one | two", end.Text);
    }

    private IEnumerable<string> Called(Guid id) =>
        fleet.Chunks(id).Where(chunk => chunk.String("kind") == "ToolCall").Select(chunk => chunk.Message.GetProperty("toolCall").GetProperty("id").GetString()!);
}
