using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Sessions.Conversation;

namespace Millrace.Tests.Sessions;

[Collection(SessionFleet.Name)]
[Integration]
public sealed class HistoryTests(SessionFleet given)
{
    private const string First = "  Wer bist du?\n\tné \"q\" \\ 👩‍🌾  ";
    private const string Reply = "\n Ein Rad 🌾 \u2028dreht\tsich.  ";
    private const string Second = " Und?\r\n ";

    private readonly FleetFixture fleet = given.Fleet;

    [Theory]
    [InlineData("scripted")]
    [InlineData("anthropic")]
    [InlineData("ollama")]
    [InlineData("huggingface")]
    public async Task The_second_turn_tells_each_wire_the_first_one_in_order_and_exactly(string provider)
    {
        var server = given.Server(provider);
        server.Respond(call => call.Text(Reply[..6], Reply[6..]).Usage(3, 4).Stop());
        var session = Guid.CreateVersion7();

        await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Turn(session, First) with { Provider = provider, SystemPrompt = " Sei kurz. \n" }));
        await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Turn(session, Second)));

        var calls = server.Calls.Where(call => Said.In(call).Any(said => said.Text == First)).ToList();
        Assert.Equal(2, calls.Count);
        Assert.Equal([Said.System(" Sei kurz. \n"), Said.User(First)], Said.In(calls[0]));
        Assert.Equal([Said.System(" Sei kurz. \n"), Said.User(First), Said.Assistant(Reply), Said.User(Second)], Said.In(calls[1]));
        await fleet.AssertTranscriptAsync(session, Said.User(First), Said.Assistant(Reply), Said.User(Second), Said.Assistant(Reply));
    }

    [Fact]
    public async Task A_transcript_says_whose_turn_each_message_was_who_answered_and_with_what_usage()
    {
        fleet.Provider.Respond(call => call.Text("a reply").Usage(3, 4).Stop());
        var session = Guid.CreateVersion7();

        var turn = await fleet.SubmitAsync(Turn(session, "a question"));
        var completed = await fleet.Events.TerminalAsync(turn);
        var transcript = await fleet.TranscriptAsync(session);

        Assert.Equal($"{session}", completed.String("sessionId"));
        Assert.All(fleet.Events.Of(turn).Where(seen => seen.Kind == "chunk"), chunk => Assert.Equal($"{session}", chunk.String("sessionId")));
        Assert.Equal([1L, 2L], transcript.Select(message => message.Ordinal));
        Assert.All(transcript, message => Assert.Equal((turn, false), (message.GenerationId, message.Partial)));
        Assert.All(transcript, message => Assert.NotNull(message.CreatedAt));
        Assert.Equal((null, null, null), (transcript[0].Provider, transcript[0].Model, transcript[0].Usage));
        Assert.Equal(("scripted", "m"), (transcript[1].Provider, transcript[1].Model));
        Assert.Equal((3L, 4L), (transcript[1].Usage!.Input, transcript[1].Usage!.Output));
    }

    [Fact]
    public async Task All_messages_of_a_request_enter_the_transcript_behind_what_was_said_before()
    {
        fleet.Provider.Respond(call => call.Text("reply").Stop());
        var session = await fleet.CreateAsync(User("u1"), Assistant("a1"));

        var turn = new GenerateRequested
        {
            GenerationId = Guid.CreateVersion7(),
            SessionId = session,
            Messages = [new(MessageRole.User, "u2"), new(MessageRole.Assistant, "a2"), new(MessageRole.User, "u3")],
        };
        await fleet.Events.TerminalAsync(await fleet.SubmitAsync(turn));

        Said[] heard = [Said.User("u1"), Said.Assistant("a1"), Said.User("u2"), Said.Assistant("a2"), Said.User("u3")];
        Assert.Equal([Said.System("Be brief."), .. heard], Said.In(fleet.Provider.Calls[^1]));
        await fleet.AssertTranscriptAsync(session, [.. heard, Said.Assistant("reply")]);
    }

    [Fact]
    public async Task The_same_request_many_times_at_once_is_one_turn()
    {
        fleet.Provider.Respond(call => call.Text("once").Stop());
        var turn = Turn(Guid.CreateVersion7(), $"the same {Guid.NewGuid()}");

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => fleet.SubmitAsync(turn)));
        await fleet.Events.TerminalAsync(turn.GenerationId);
        await fleet.SubmitAsync(turn);
        await fleet.Events.UntilAsync(seen => seen.Count(e => e.Id == turn.GenerationId && e.IsTerminal) > 1);
        await fleet.SubmitAsync(turn with { SessionId = Guid.CreateVersion7() });
        await fleet.Events.FirstAsync(seen => seen.Id == turn.GenerationId && seen.Kind == "rejected");

        Assert.Single(fleet.Provider.Calls, call => Said.LastIn(call) == turn.Prompt);
        await fleet.AssertTranscriptAsync(turn.SessionId!.Value, Said.User(turn.Prompt!), Said.Assistant("once"));
    }

    /// <summary>Between the broker's confirm and its record the event has gone out and is not known to have: who asks then has not heard it.</summary>
    [Fact]
    public async Task A_request_that_comes_again_while_its_end_is_being_told_is_told_of_it_too()
    {
        fleet.Provider.Respond(call => call.Text("once").Stop());
        var turn = Turn(Guid.CreateVersion7(), $"told just now {Guid.NewGuid()}");
        await fleet.Events.TerminalAsync(await fleet.SubmitAsync(turn));
        await fleet.UntilAsync("SELECT announced_at IS NOT NULL FROM generations WHERE id = $1", true, turn.GenerationId);
        await fleet.QueryAsync<Guid>("""
            UPDATE generations SET announced_at = NULL, nudged_at = now(), owner = (SELECT id FROM workers ORDER BY heartbeat_at DESC LIMIT 1) WHERE id = $1 RETURNING id
            """, turn.GenerationId);

        await fleet.SubmitAsync(turn);
        await fleet.Events.TerminalAsync(await fleet.SubmitAsync(FleetFixture.Request("behind it"))); // so it is being dealt with
        await fleet.QueryAsync<Guid>("UPDATE generations SET announced_at = now() WHERE id = $1 RETURNING id", turn.GenerationId);

        await fleet.Events.UntilAsync(seen => seen.Count(e => e.Id == turn.GenerationId && e.IsTerminal) > 1);
    }
}
