using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using Millrace.Tests.Sessions;
using static Millrace.Tests.Tools.ToolTalk;
using static Millrace.Tests.Tools.ToolWires;

namespace Millrace.Tests.Tools;

/// <summary>Calls and results of one provider, told to another.</summary>
[Collection(ToolFleet.Name)]
[Integration]
public sealed class AcrossWiresTests(ToolFleet given)
{
    private const string Signature = "c2lnbmF0dXJl";

    private readonly FleetFixture fleet = given.Fleet;
    private readonly Desk desk = given.Desk;
    private readonly string marker = $"across {Guid.NewGuid():N}";

    [Fact]
    public async Task A_session_with_calls_goes_from_wire_to_wire_and_is_valid_on_each()
    {
        given.Server("scripted").Respond(call => Answer(call, "effect", $"{marker} 1", $"{marker} 2"));
        given.Server("anthropic").Respond(call => Answer(HasResults(call) ? call : call.Thinking("A thought.", Signature), "effect", $"{marker} 3"));
        given.Server("ollama").Respond(call => Answer(call, "effect", $"{marker} 4"));
        var session = Guid.CreateVersion7();

        await SayAsync(session, "scripted");
        await SayAsync(session, "anthropic");
        await SayAsync(session, "ollama");
        await SayAsync(session, "scripted");

        var (first, second, third) = (given.ValidCalls("scripted", marker), given.ValidCalls("anthropic", marker), given.ValidCalls("ollama", marker));
        Assert.Equal((4, 2, 2), (first.Count, second.Count, third.Count));
        Assert.Equal([2, 2, 1, 1], Enumerable.Range(1, 4).Select(n => desk.For($"{marker} {n}").Count));
        Assert.Equal((0, 1, 0), (second[0].Times(Signature), second[1].Times(Signature), third[0].Times(Signature) + first[3].Times(Signature)));
        Assert.Equal(0, third.Concat(first).Sum(call => call.Times("A thought.")));
        foreach (var done in Enumerable.Range(1, 4)) Assert.True(first[3].Times($"done: {marker} {done}") >= 1, $"result {done} is told in the last turn");
        var transcript = await fleet.TranscriptAsync(session);
        Assert.Equal((16, 6), (transcript.Count, transcript.Sum(message => message.ToolCalls?.Count ?? 0)));
        Assert.All(transcript.SelectMany(message => message.ToolCalls ?? []), call => Assert.Matches("^call_[0-9a-f]{32}$", call.Id));
    }

    [Theory]
    [InlineData("scripted", "anthropic")]
    [InlineData("anthropic", "huggingface")]
    [InlineData("anthropic", "ollama")]
    [InlineData("ollama", "scripted")]
    public async Task A_fallback_in_the_middle_goes_on_with_the_results_and_without_foreign_thoughts(string provider, string fallback)
    {
        given.Server(provider).Respond(call =>
        {
            if (HasResults(call)) call.Refuse(401);
            else if (provider == "anthropic") Answer(call.Thinking("A thought.", Signature), "effect", marker);
            else Answer(call.Reasoning("A thought."), "effect", marker);
        });
        given.Server(fallback).Respond(call => Answer(call, "effect", "never"));

        var id = await fleet.SubmitAsync(Ask($"{marker}?", "effect") with { Provider = provider, Fallbacks = [fallback], Options = new() { ReasoningEffort = ReasoningEffort.Low } });
        var end = await fleet.Events.TerminalAsync(id);
        await fleet.AssertStreamIsWholeAsync(id);

        Assert.Equal(("completed", fallback, "All done."), (end.Kind, end.String("provider"), end.Text));
        Assert.Single(desk.For(marker));
        var told = Assert.Single(given.ValidCalls(fallback, marker));
        Assert.Equal(1, told.Times($"done: {marker}"));
        Assert.Equal((0, 0), (told.Times("A thought."), told.Times(Signature)));
        Assert.Equal(2, given.ValidCalls(provider, marker).Count);
    }

    [Theory]
    [InlineData("scripted")]
    [InlineData("anthropic")]
    [InlineData("ollama")]
    [InlineData("huggingface")]
    public async Task A_call_that_a_cancel_left_behind_is_told_as_one_without_a_result(string provider)
    {
        given.Server("scripted").Respond(call => Answer(call, "effect", marker));
        var release = new TaskCompletionSource();
        desk.Answer(marker, async visit =>
        {
            if (visit.What == marker) await release.Task;
            return $"done: {visit.What}";
        });
        var session = Guid.CreateVersion7();
        var turn = await fleet.SubmitAsync(Conversation.Turn(session, $"{marker}?") with { Tools = ["effect"] });
        while ((await desk.NextAsync()).What != marker) { }
        await fleet.Producer.CancelAsync(turn);
        Assert.Equal("cancelled", (await fleet.Events.TerminalAsync(turn)).Kind);
        release.SetResult();

        given.Server(provider).Respond(call => call.Text("I see.").Stop());
        await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Conversation.Turn(session, "And now?") with { Provider = provider }));

        var told = given.ValidCalls(provider, marker)[^1];
        Assert.Equal(1, told.Times("The generation ended before this call did."));
    }

    [Theory]
    [InlineData("scripted")]
    [InlineData("anthropic")]
    [InlineData("ollama")]
    [InlineData("huggingface")]
    public async Task A_call_that_is_cut_off_is_asked_for_again_and_made_once(string provider)
    {
        var begun = 0;
        given.Server(provider).Respond(call =>
        {
            if (HasResults(call) || begun > 1) Answer(call, "effect", marker);
            else if (begun++ == 0) call.HalfToolCall("effect", Arguments(marker)).Cut();
            else call.ToolCall("effect", Arguments(marker)).HalfToolCall("effect", Arguments(marker));
        });

        var end = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Ask($"{marker}?", "effect") with { Provider = provider }));

        Assert.Equal(("completed", "All done.", 4), (end.Kind, end.Text, end.Message.GetProperty("attempts").GetInt32()));
        Assert.Single(desk.For(marker));
        Assert.Equal(4, given.ValidCalls(provider, marker).Count);
    }

    [Fact]
    public async Task A_model_that_gives_no_object_is_told_and_nothing_is_called()
    {
        given.Server("scripted").Respond(call =>
        {
            if (HasResults(call)) call.Text("I see.").Stop();
            else call.ToolCalls(2, new("effect", "[1]", "a"), new("effect_in_turn", $"\"{marker}\"", "b")).Finish("tool_calls");
        });

        var end = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Ask($"{marker}?", "effect", "effect_in_turn")));

        Assert.Equal(("completed", "I see."), (end.Kind, end.Text));
        var results = ResultsIn(given.ValidCalls("scripted", marker)[^1]);
        Assert.Equal(["Array", "String"], results.Select(result => result.Split("were a JSON ")[1].Split(';')[0]));
        Assert.DoesNotContain(desk.Visits, visit => visit.What.Contains(marker, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Characters_that_are_hard_to_keep_reach_the_tool_and_come_back_exactly()
    {
        var what = marker + " \0 é\u2028\"\\/ 🌾 \ufffd <&>";
        given.Server("scripted").Respond(call => Answer(call, "effect", what));

        var id = await fleet.SubmitAsync(Ask($"{marker}?", "effect"));
        var end = await fleet.Events.TerminalAsync(id);

        Assert.Equal("completed", end.Kind);
        Assert.Single(desk.For(what));
        Assert.Single(given.ValidCalls("scripted", marker), HasResults);
    }

    [Fact]
    public async Task The_simulated_provider_calls_a_tool_and_says_what_came_of_it()
    {
        var model = $"default?first=0ms&interval=0ms&words=8&call=effect,effect&arguments={Arguments(marker + " 1")}&arguments={Arguments(marker + " 2")}";

        var end = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Ask("Go.", "effect") with { Provider = "simulated", Model = model }));

        Assert.Equal("completed", end.Kind);
        Assert.EndsWith($" The tools said: done: {marker} 1 | done: {marker} 2", end.Text);
        Assert.Equal(2, desk.Visits.Count(visit => visit.What.StartsWith(marker, StringComparison.Ordinal)));
    }

    private static ScriptedCall Answer(ScriptedCall call, string tool, params string[] whats) => HasResults(call)
        ? call.Text("All done.").Usage(3, 2).Stop()
        : call.Text(" Let me see.\n").ToolCalls(3, [.. whats.Select(what => new ScriptedTool(tool, Arguments(what), "theirs"))]).Usage(3, 2).Finish("tool_calls");

    private async Task SayAsync(Guid session, string provider)
    {
        var request = Conversation.Turn(session, $"{marker}?") with { Provider = provider, Tools = ["effect"], Options = new() { ReasoningEffort = ReasoningEffort.Low } };
        var end = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(request));
        Assert.Equal(("completed", "All done."), (end.Kind, end.Text));
    }
}
