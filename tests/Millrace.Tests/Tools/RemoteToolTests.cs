using System.Text.Json;
using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Tools.ToolTalk;

namespace Millrace.Tests.Tools;

/// <summary>Tools that another service runs, over the bus and nothing else; and the consent of a person.</summary>
[Collection(ToolFleet.Name)]
[Integration]
public sealed class RemoteToolTests(ToolFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;
    private readonly Desk desk = given.Desk;
    private readonly string tool = $"remote_{Guid.NewGuid():N}";
    private readonly string what = $"ask {Guid.NewGuid()}";

    [Fact]
    public async Task A_generation_waits_without_a_slot_and_goes_on_with_the_answer()
    {
        await RegisterAsync(new() { RequestId = Guid.NewGuid(), Name = tool, Description = "Looks outside.", Parameters = Schema });
        fleet.Provider.Respond(call => CallThenTell(call, (tool, what)));

        var id = await fleet.SubmitAsync(Ask("What is outside?", tool));
        var asked = await AskedAsync(id);
        await fleet.UntilAsync("SELECT state FROM generations WHERE id = $1", "parked", id);
        Assert.Equal(("tool", tool, what), (asked.Kind, asked.Message.GetProperty("call").GetProperty("name").GetString(), What(asked)));
        Assert.Equal(Call(asked), asked.String("idempotencyKey"));
        await AnswerAsync(asked, result: "sunny");
        Assert.Equal("The desk said: sunny", (await fleet.Events.TerminalAsync(id)).Text);

        await AnswerAsync(asked, result: "rainy"); // the first one holds
        await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Ask("behind it")));
        Assert.Equal("remote|completed|1|sunny", await fleet.QueryAsync<string>("SELECT concat_ws('|', executor, state, attempt, result #>> '{}') FROM tool_calls WHERE generation_id = $1", id));
        await fleet.AssertStreamIsWholeAsync(id);
    }

    [Fact]
    public async Task Several_answers_are_waited_for_in_any_order_and_an_error_is_told()
    {
        await RegisterAsync(new() { RequestId = Guid.NewGuid(), Name = tool, Parameters = Schema });
        fleet.Provider.Respond(call => CallThenTell(call, (tool, what + 1), ("effect", what + 2), (tool, what + 3)));

        var id = await fleet.SubmitAsync(Ask("Ask them all.", tool, "effect"));
        await AnswerAsync(await AskedAsync(id, what + 3), error: "nobody there");
        await AnswerAsync(await AskedAsync(id, what + 1), result: "one");

        Assert.Equal($"The desk said: one | done: {what}2 | Error: nobody there", (await fleet.Events.TerminalAsync(id)).Text);
    }

    [Fact]
    public async Task A_call_without_an_answer_in_time_is_told_to_the_model()
    {
        await RegisterAsync(new() { RequestId = Guid.NewGuid(), Name = tool, Parameters = Schema, TimeoutSeconds = 1 });
        fleet.Provider.Respond(call => CallThenTell(call, (tool, what)));

        var id = await fleet.SubmitAsync(Ask("Is somebody there?", tool));
        var asked = await AskedAsync(id);

        Assert.Equal($"The desk said: Error: The tool '{tool}' did not answer in time.", (await fleet.Events.TerminalAsync(id)).Text);
        await AnswerAsync(asked, result: "here I am"); // changes nothing
        await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Ask("behind it")));
        Assert.Equal("failed", await fleet.QueryAsync<string>("SELECT state FROM tool_calls WHERE generation_id = $1", id));
    }

    [Fact]
    public async Task A_cancel_ends_a_generation_that_waits_and_its_call()
    {
        await RegisterAsync(new() { RequestId = Guid.NewGuid(), Name = tool, Parameters = Schema });
        var session = Guid.CreateVersion7();
        fleet.Provider.Respond(call => CallThenTell(call, (tool, what)));

        var id = await fleet.SubmitAsync(Ask("Never mind.", tool) with { SessionId = session });
        await fleet.UntilAsync("SELECT state FROM generations WHERE id = $1", "parked", id);
        await fleet.Producer.CancelAsync(id, "enough");

        Assert.Equal("cancelled", (await fleet.Events.TerminalAsync(id)).Kind);
        Assert.Equal("failed", await fleet.QueryAsync<string>("SELECT state FROM tool_calls WHERE generation_id = $1", id));
        Assert.Equal([MessageRole.User, MessageRole.Assistant, MessageRole.Tool], (await Sessions.Conversation.TranscriptAsync(fleet, session)).Select(message => message.Role));
    }

    [Theory]
    [InlineData(true, "done: ")]
    [InlineData(false, "Error: The call was refused, so it was not made. Not today.")]
    public async Task A_tool_that_needs_consent_is_called_when_somebody_agrees_and_not_otherwise(bool agrees, string outcome)
    {
        fleet.Provider.Respond(call => CallThenTell(call, ("effect_if_agreed", what)));

        var id = await fleet.SubmitAsync(Ask("May I?", "effect_if_agreed"));
        var asked = await fleet.Events.FirstAsync(seen => seen.Id == id && seen.Kind == "approval");
        await fleet.UntilAsync("SELECT state FROM generations WHERE id = $1", "parked", id);
        Assert.Empty(desk.For(what));
        var decision = new DecideToolCall { GenerationId = id, CallId = Call(asked), Approve = agrees, Reason = agrees ? null : "Not today." };
        await fleet.Producer.SendAsync("DecideToolCall", JsonSerializer.Serialize(decision, ContractsJson.Options));

        Assert.StartsWith($"The desk said: {outcome}", (await fleet.Events.TerminalAsync(id)).Text, StringComparison.Ordinal);
        Assert.Equal(agrees ? 1 : 0, desk.For(what).Count);
    }

    [Theory]
    [InlineData("bad name!", 1, "must match [A-Za-z0-9_-]{1,64}")]
    [InlineData("effect", 1, "The workers have a tool 'effect' of their own; choose another name.")]
    [InlineData("too_slow", 4_000_000, "Timeout is ")]
    [InlineData("half", 1, "The schema of the parameters of tool 'half' holds half of a surrogate pair, which is no text.")]
    public async Task A_tool_that_cannot_be_offered_is_refused_with_the_reason(string name, int seconds, string problem)
    {
        var parameters = name == "half" ? """{"type":"object","description":"\ud800"}""" : """{"type":"object"}""";
        var answer = await OfferAsync($$"""{"requestId":"{{Guid.NewGuid()}}","name":"{{name}}","timeoutSeconds":{{seconds}},"parameters":{{parameters}}}""");
        Assert.Contains(problem, answer.String("problem"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_says_whose_it_is_and_a_tool_of_one_tenant_is_not_there_for_another()
    {
        await RegisterAsync(new() { RequestId = Guid.NewGuid(), Name = "acme_only", Parameters = Schema });
        fleet.Provider.Respond(call => CallThenTell(call, ("acme_only", what)));

        var id = await fleet.SubmitAsync(Ask("What is outside?", "acme_only") with { Tenant = "acme" });
        var refused = await fleet.SubmitAsync(Ask("What is outside?", "acme_only"));
        var asked = await AskedAsync(id);
        await AnswerAsync(asked, result: "sunny");

        Assert.Equal("acme", asked.String("tenant"));
        Assert.Equal("The desk said: sunny", (await fleet.Events.TerminalAsync(id)).Text);
        Assert.StartsWith("Tools names 'acme_only', which the fleet does not have.", (await fleet.Events.TerminalAsync(refused)).String("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_that_was_taken_back_is_not_offered_any_more()
    {
        await RegisterAsync(new() { RequestId = Guid.NewGuid(), Name = tool });
        await RegisterAsync(new() { RequestId = Guid.NewGuid(), Name = tool, Remove = true });

        var end = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Ask("Is it still there?", tool)));
        Assert.Equal("InvalidRequest", end.String("reason"));
    }

    private static JsonElement Schema { get; } = JsonElement.Parse("""{"type":"object","properties":{"what":{"type":"string"}},"required":["what"]}""");

    private static string Call(SeenEvent asked) => asked.Message.GetProperty("call").GetProperty("id").GetString()!;

    private static string What(SeenEvent asked) =>
        JsonElement.Parse(asked.Message.GetProperty("call").GetProperty("arguments").GetString()!).GetProperty("what").GetString()!;

    private Task<SeenEvent> AskedAsync(Guid id, string? about = null) =>
        fleet.Events.FirstAsync(seen => seen.Id == id && seen.Kind == "tool" && (about is null || What(seen) == about));

    private Task AnswerAsync(SeenEvent asked, string? result = null, string? error = null) => fleet.Producer.SendAsync("ToolCallCompleted",
        JsonSerializer.Serialize(new ToolCallCompleted { GenerationId = asked.Id, CallId = Call(asked), Result = result, Error = error }, ContractsJson.Options));

    private async Task RegisterAsync(RegisterTool offered) => Assert.Null((await OfferAsync(offered)).String("problem"));

    private Task<SeenEvent> OfferAsync(RegisterTool offered) => OfferAsync(JsonSerializer.Serialize(offered, ContractsJson.Options));

    private async Task<SeenEvent> OfferAsync(string offered)
    {
        var id = JsonElement.Parse(offered).GetProperty("requestId").GetGuid();
        await fleet.Producer.SendAsync("RegisterTool", offered);
        return await fleet.Events.FirstAsync(seen => seen.Kind == "registered" && seen.Id == id);
    }
}
