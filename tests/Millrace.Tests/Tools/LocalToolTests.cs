using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Tools.ToolTalk;

namespace Millrace.Tests.Tools;

[Collection(ToolFleet.Name)]
[Integration]
public sealed class LocalToolTests(ToolFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;
    private readonly Desk desk = given.Desk;
    private readonly string what = $"look {Guid.NewGuid()}";

    [Fact]
    public async Task A_model_that_calls_a_tool_answers_with_its_result()
    {
        fleet.Provider.Respond(call => CallThenTell(call, ("effect", what)));

        var id = await fleet.SubmitAsync(Ask("What does the desk say?", "effect"));
        var end = await fleet.Events.TerminalAsync(id);
        await fleet.AssertStreamIsWholeAsync(id);

        Assert.Equal(("completed", $"The desk said: done: {what}"), (end.Kind, end.Text));
        Assert.Single(desk.For(what));
        Assert.Equal([("Text", "1"), ("ToolCall", "1"), ("ToolResult", "1"), ("Text", "2")],
            fleet.Chunks(id).Select(chunk => (chunk.String("kind")!, chunk.String("step")!)).Distinct());
        var usage = end.Message.GetProperty("usage");
        Assert.Equal((40, 9), (usage.GetProperty("input").GetInt32(), usage.GetProperty("output").GetInt32()));
        Assert.Equal(2, end.Message.GetProperty("attempts").GetInt32());
    }

    [Fact]
    public async Task Each_call_is_a_row_with_what_was_asked_by_whom_and_what_came_of_it()
    {
        fleet.Provider.Respond(call => CallThenTell(call, ("effect", what), ("effect_in_turn", what)));

        var id = await fleet.SubmitAsync(Ask("What do both say?", "effect", "effect_in_turn"));
        await fleet.Events.TerminalAsync(id);

        var rows = await fleet.QueryAsync<string[]>("""
            SELECT array_agg(concat_ws('|', step, position, provider_call_id, name, arguments::json->>'what', state, result #>> '{}', coalesce(error #>> '{}', '-'),
                attempt, executor IS NOT NULL, started_at <= ended_at, requested_at <= started_at) ORDER BY position) FROM tool_calls WHERE generation_id = $1
            """, id);
        Assert.Equal([$"1|0|theirs_0|effect|{what}|completed|done: {what}|-|1|t|t|t", $"1|1|theirs_1|effect_in_turn|{what}|completed|done: {what}|-|1|t|t|t"], rows);
    }

    [Fact]
    public async Task Calls_of_a_step_are_made_together_and_their_results_stand_in_the_order_of_the_calls()
    {
        var second = new TaskCompletionSource();
        desk.Answer(what, async visit =>
        {
            if (visit.What == what + 1) await Until.DoneAsync(second.Task, "the second call"); // only together can the first one see the second
            else if (visit.What == what + 2) second.SetResult();
            return visit.What;
        });
        fleet.Provider.Respond(call => CallThenTell(call, ("effect", what + 1), ("effect", what + 2)));

        var end = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Ask("Both at once.", "effect")));

        Assert.Equal($"The desk said: {what}1 | {what}2", end.Text);
    }

    [Fact]
    public async Task Calls_of_a_tool_that_forbids_it_are_made_one_after_the_other()
    {
        var (running, most) = (0, 0);
        var beside = new TaskCompletionSource(); // a call that is begun with the first of them, or behind it
        desk.Answer(what, async visit =>
        {
            if (visit.What == what + "beside") beside.SetResult();
            if (visit.What == what + "beside") return visit.What;
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Until.DoneAsync(beside.Task, "the call beside");
            Interlocked.Decrement(ref running);
            return visit.What;
        });
        fleet.Provider.Respond(call => CallThenTell(
            call, ("effect_in_turn", what + 1), ("effect_in_turn", what + 2), ("effect_in_turn", what + 3), ("effect", what + "beside")));

        var id = await fleet.SubmitAsync(Ask("One by one.", "effect_in_turn", "effect"));
        var end = await fleet.Events.TerminalAsync(id);

        Assert.Equal(($"The desk said: {what}1 | {what}2 | {what}3 | {what}beside", 1), (end.Text, most));
        var orders = await fleet.QueryAsync<bool[]>("""
            SELECT array_agg(b.started_at >= a.ended_at) FROM tool_calls a JOIN tool_calls b USING (generation_id, name)
            WHERE generation_id = $1 AND name = 'effect_in_turn' AND b.position = a.position + 1
            """, id);
        Assert.Equal([true, true], orders);
    }

    [Fact]
    public async Task What_a_tool_cannot_do_is_told_to_the_model_as_an_error()
    {
        var held = new TaskCompletionSource<string>();
        desk.Answer(what, visit => visit.What[what.Length..] switch
        {
            "slow" => held.Task,
            "long" => Task.FromResult(new string('x', 5000)),
            _ => Task.FromException<string>(new InvalidOperationException("The desk is closed.")),
        });
        fleet.Provider.Respond(call =>
        {
            if (ResultsIn(call).Count > 0) CallThenTell(call);
            else call.ToolCall("effect", Arguments(what + "bad"), "a").ToolCall("effect_in_a_second", Arguments(what + "slow"), "b").ToolCall("no_such_tool", "{}", "c")
                .ToolCall("effect", """{"wat":1}""", "d").ToolCall("effect_cut_short", Arguments(what + "long"), "e").Finish("tool_calls");
        });

        var id = await fleet.SubmitAsync(Ask("Try everything.", "effect", "effect_cut_short", "effect_in_a_second"));
        var end = await fleet.Events.TerminalAsync(id);

        Assert.Equal("completed", end.Kind);
        var results = fleet.Chunks(id).Where(chunk => chunk.String("kind") == "ToolResult")
            .ToDictionary(chunk => chunk.Message.GetProperty("toolCall").GetProperty("name").GetString() + chunk.Message.GetProperty("toolCall").GetProperty("arguments").GetString());
        string Said(string tool, string arguments, bool isError)
        {
            Assert.Equal(isError ? "True" : null, results[tool + arguments].String("isError"));
            return results[tool + arguments].Text!;
        }
        Assert.Contains("The desk is closed.", Said("effect", Arguments(what + "bad"), isError: true), StringComparison.Ordinal);
        Assert.Contains("did not answer within 00:00:01", Said("effect_in_a_second", Arguments(what + "slow"), isError: true), StringComparison.Ordinal);
        Assert.Contains("There is no tool 'no_such_tool'. Tools: effect, effect_cut_short, effect_in_a_second.", Said("no_such_tool", "{}", isError: true), StringComparison.Ordinal);
        Assert.Contains("what", Said("effect", """{"wat":1}""", isError: true), StringComparison.Ordinal);
        var cut = Said("effect_cut_short", Arguments(what + "long"), isError: false);
        Assert.Equal((100, true), (cut.Length, cut.EndsWith("[cut: the result has 5000 characters, of which the first are above]", StringComparison.Ordinal)));
        Assert.Equal(["bad", "long"], desk.Visits.Where(visit => visit.What.StartsWith(what, StringComparison.Ordinal)).Select(visit => visit.What[what.Length..])
            .Where(about => about != "slow").Order()); // the slow one may be given up before it gets there
        var never = await fleet.QueryAsync<string[]>("SELECT array_agg(name || '|' || arguments ORDER BY name) FROM tool_calls WHERE generation_id = $1 AND started_at IS NULL", id);
        Assert.Equal(["""effect|{"wat":1}""", "no_such_tool|{}"], never); // nor is what breaks the schema made
        held.SetResult("too late");
    }

    [Fact]
    public async Task A_model_sees_the_tools_that_its_request_names_and_no_others()
    {
        fleet.Provider.Respond(call => call.Text("none needed").Stop());

        foreach (string[] names in new[] { [], new[] { "effect" }, ["effect_i*"] })
            await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Ask($"{what} {string.Join(',', names)}", names)));

        var offered = fleet.Provider.Calls.Where(call => call.RawBody.Contains(what, StringComparison.Ordinal)).Select(call =>
            call.Body.TryGetProperty("tools", out var tools) ? string.Join(',', tools.EnumerateArray().Select(tool => tool.GetProperty("function").GetProperty("name").GetString()).Order(StringComparer.Ordinal)) : "");
        Assert.Equal(["", "effect", "effect_if_agreed,effect_in_a_second,effect_in_turn"], offered);
    }

    [Theory]
    [InlineData("no_such_tool", null, "Tools names 'no_such_tool', which the fleet does not have. It has: effect, ")]
    [InlineData("nothing_*", null, "Tools names 'nothing_*'")]
    [InlineData("effect", "effect_again", "Options.ToolChoice is 'effect_again'; it must be auto, none, required, or one of the request's tools (effect).")]
    [InlineData(null, "required", "Options.ToolChoice is 'required', and Tools names none")]
    public async Task A_request_for_what_is_not_there_is_refused_with_what_is(string? tool, string? choice, string message)
    {
        var request = Ask("Refuse this.") with { Tools = tool is null ? null : [tool], Options = choice is null ? null : new() { ToolChoice = choice } };
        var end = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(request));

        Assert.Equal(("failed", "InvalidRequest"), (end.Kind, end.String("reason")));
        Assert.StartsWith(message, end.String("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_never_stops_calling_fails_with_the_calls_that_were_not_made()
    {
        fleet.Provider.Respond(call => call.ToolCall("effect", Arguments(what)).Finish("tool_calls"));

        var id = await fleet.SubmitAsync(Ask("Again and again.", "effect") with { MaxSteps = 3 });
        var end = await fleet.Events.TerminalAsync(id);
        await fleet.AssertStreamIsWholeAsync(id);

        Assert.Equal(("failed", "ToolLoopExceeded"), (end.Kind, end.String("reason")));
        Assert.Contains("not made: effect (call_", end.String("message"), StringComparison.Ordinal);
        Assert.Equal(2, desk.For(what).Count);
        Assert.Equal(["completed", "completed", "skipped"],
            await fleet.QueryAsync<string[]>("SELECT array_agg(state ORDER BY step) FROM tool_calls WHERE generation_id = $1", id));
    }

    [Fact]
    public async Task A_next_step_that_fails_and_is_repeated_takes_nothing_of_the_results_back()
    {
        var failed = 0;
        fleet.Provider.Respond(call =>
        {
            if (ResultsIn(call).Count > 0 && Interlocked.Exchange(ref failed, 1) == 0) call.Text("The desk ").Error("overloaded");
            else CallThenTell(call, ("effect", what));
        });

        var id = await fleet.SubmitAsync(Ask("Fail once, then tell.", "effect"));
        var end = await fleet.Events.TerminalAsync(id);
        await fleet.AssertStreamIsWholeAsync(id);

        Assert.Equal(("completed", $"The desk said: done: {what}"), (end.Kind, end.Text));
        var chunks = fleet.Chunks(id);
        var result = Assert.Single(chunks, chunk => chunk.String("kind") == "ToolResult");
        Assert.All(chunks.Where(chunk => chunk.String("kind") == "Restarted"), restart => Assert.Equal(result.Sequence, restart.Message.GetProperty("keepThrough").GetInt64()));
        Assert.Equal((3, 2), (end.Message.GetProperty("attempts").GetInt32(), end.Message.GetProperty("failures")[0].GetProperty("step").GetInt32()));
    }

    [Fact]
    public async Task A_turn_with_tools_stands_in_the_transcript_and_is_told_in_the_next_turn()
    {
        var session = Guid.CreateVersion7();
        fleet.Provider.Respond(call => CallThenTell(call, ("effect", what)));

        await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Ask($"First {what}", "effect") with { SessionId = session }));
        fleet.Provider.Respond(call => call.Text("as before").Stop());
        await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Ask("Second.") with { SessionId = session }));

        var transcript = await Sessions.Conversation.TranscriptAsync(fleet, session);
        Assert.Equal(
            [(MessageRole.User, $"First {what}"), (MessageRole.Assistant, "Let me see. "), (MessageRole.Tool, ""), (MessageRole.Assistant, $"The desk said: done: {what}"),
                (MessageRole.User, "Second."), (MessageRole.Assistant, "as before")],
            transcript.Select(message => (message.Role, message.Text)));
        var asked = Assert.Single(transcript[1].ToolCalls!);
        Assert.Equal(new ToolResult(asked.Id, $"done: {what}"), Assert.Single(transcript[2].ToolResults!));
        Assert.Equal((5L, 4L), (transcript[1].Usage!.Output, transcript[3].Usage!.Output));
        var messages = fleet.Provider.Calls[^1].Body.GetProperty("messages").EnumerateArray().ToList();
        Assert.Equal(["user", "assistant", "tool", "assistant", "user"], messages.Select(message => message.GetProperty("role").GetString()));
        Assert.Equal(asked.Id, messages[1].GetProperty("tool_calls")[0].GetProperty("id").GetString());
        Assert.Equal(asked.Id, messages[2].GetProperty("tool_call_id").GetString());
    }

    [Fact]
    public async Task A_cancel_while_a_tool_runs_ends_it_at_once_and_leaves_a_transcript_with_pairs()
    {
        var session = Guid.CreateVersion7();
        var held = new TaskCompletionSource<string>();
        desk.Answer(what, _ => held.Task);
        fleet.Provider.Respond(call => CallThenTell(call, ("effect", what)));

        var id = await fleet.SubmitAsync(Ask("Take your time.", "effect") with { SessionId = session });
        await fleet.UntilAsync("SELECT state FROM tool_calls WHERE generation_id = $1", "running", id);
        await fleet.Producer.CancelAsync(id, "enough");
        var end = await fleet.Events.TerminalAsync(id);

        Assert.Equal(("cancelled", "Let me see. "), (end.Kind, end.String("partialText")));
        Assert.Equal("failed", await fleet.QueryAsync<string>("SELECT state FROM tool_calls WHERE generation_id = $1", id));
        var transcript = await Sessions.Conversation.TranscriptAsync(fleet, session);
        Assert.Equal([MessageRole.User, MessageRole.Assistant, MessageRole.Tool], transcript.Select(message => message.Role));
        Assert.True(Assert.Single(transcript[2].ToolResults!).IsError);
        held.SetResult("too late");
    }
}
