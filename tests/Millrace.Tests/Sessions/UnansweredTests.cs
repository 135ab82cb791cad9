using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Sessions.Conversation;

namespace Millrace.Tests.Sessions;

/// <summary>What a session keeps of turns that do not end with an answer, and of those that another provider answers.</summary>
[Collection(SessionFleet.Name)]
[Integration]
public sealed class UnansweredTests(SessionFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Fact]
    public async Task A_turn_that_failed_without_a_word_leaves_the_session_as_it_was()
    {
        var session = await fleet.CreateAsync(User("u1"), Assistant("a1"));
        fleet.Provider.Respond(call =>
        {
            if (Said.LastIn(call) == "fails") call.Refuse(400);
            else call.Text("a2").Stop();
        });

        Assert.Equal("failed", (await fleet.SayAsync(session, "fails")).Kind);
        await fleet.AssertTranscriptAsync(session, Said.User("u1"), Said.Assistant("a1"));
        await fleet.SayAsync(session, "u2");

        Assert.Equal([Said.System("Be brief."), Said.User("u1"), Said.Assistant("a1"), Said.User("u2")], Said.In(fleet.Provider.Calls[^1]));
        await fleet.AssertTranscriptAsync(session, Said.User("u1"), Said.Assistant("a1"), Said.User("u2"), Said.Assistant("a2"));
    }

    [Fact]
    public async Task A_turn_that_failed_with_some_text_keeps_it_as_a_partial_reply_and_the_next_one_hears_it()
    {
        var session = Guid.CreateVersion7();
        fleet.Provider.Respond(call =>
        {
            if (Said.LastIn(call) == "u1") call.Text("half of ").Error();
            else call.Text("a2").Stop();
        });

        var failed = await fleet.SayAsync(session, "u1");
        Assert.Equal(("failed", "half of "), (failed.Kind, failed.String("partialText")));
        await fleet.SayAsync(session, "u2");

        Assert.Equal([Said.User("u1"), Said.Assistant("half of "), Said.User("u2")], Said.In(fleet.Provider.Calls[^1]));
        var transcript = await fleet.TranscriptAsync(session);
        Assert.Equal([Said.User("u1"), Said.Assistant("half of "), Said.User("u2"), Said.Assistant("a2")], Said.In(transcript));
        Assert.Equal([false, true, false, false], transcript.Select(message => message.Partial));
    }

    [Fact]
    public async Task An_error_in_mid_stream_that_a_second_call_mends_leaves_one_whole_reply()
    {
        var (session, prompt) = (Guid.CreateVersion7(), $"mended {Guid.NewGuid()}");
        fleet.Provider.Respond(call =>
        {
            if (fleet.Provider.Calls.Count(other => Said.LastIn(other) == prompt) == 1) call.Text("half of ").Error();
            else call.Text("the whole ", "answer").Stop();
        });

        Assert.Equal("completed", (await fleet.SayAsync(session, prompt)).Kind);

        await fleet.AssertTranscriptAsync(session, Said.User(prompt), Said.Assistant("the whole answer"));
    }

    [Fact]
    public async Task A_cancelled_turn_keeps_its_prompt_and_what_was_said()
    {
        var session = Guid.CreateVersion7();
        fleet.Provider.Respond(call => call.Text("as far as ").Stall());
        var turn = await fleet.SubmitAsync(Turn(session, "u1"));
        await fleet.Events.FirstAsync(seen => seen.Id == turn && seen.Kind == "chunk");

        await fleet.Producer.CancelAsync(turn, "enough");
        Assert.Equal("as far as ", (await fleet.Events.TerminalAsync(turn)).String("partialText"));

        var transcript = await fleet.TranscriptAsync(session);
        Assert.Equal([Said.User("u1"), Said.Assistant("as far as ")], Said.In(transcript));
        Assert.Equal((true, turn), (transcript[1].Partial, transcript[1].GenerationId));
    }

    [Fact]
    public async Task An_empty_reply_of_a_turn_that_was_cancelled_before_its_first_word_is_not_told_to_the_model()
    {
        var session = Guid.CreateVersion7();
        fleet.Provider.Respond(call =>
        {
            if (Said.LastIn(call) == "u1") call.Open().Stall();
            else call.Text("a2").Stop();
        });
        var turn = await fleet.SubmitAsync(Turn(session, "u1"));
        await fleet.UntilAsync("SELECT state FROM generations WHERE id = $1", "running", turn);
        await fleet.Producer.CancelAsync(turn);
        await fleet.Events.TerminalAsync(turn);

        await fleet.SayAsync(session, "u2");

        Assert.DoesNotContain(Said.Assistant(""), Said.In(fleet.Provider.Calls[^1])); // Anthropic and others refuse an empty message
        await fleet.AssertTranscriptAsync(session, Said.User("u1"), Said.Assistant(""), Said.User("u2"), Said.Assistant("a2"));
    }

    [Fact]
    public async Task A_fallbacks_answer_is_stored_with_the_provider_that_gave_it()
    {
        var session = Guid.CreateVersion7();
        fleet.Provider.Respond(call => call.Refuse(401));
        given.Server("ollama").Respond(call => call.Text("from the other").Usage(1, 3).Stop());

        await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Turn(session, "u1") with { Fallbacks = ["ollama/other"] }));

        var reply = (await fleet.TranscriptAsync(session))[1];
        Assert.Equal(("from the other", "ollama", 3L), (reply.Text, reply.Provider, reply.Usage!.Output));
    }
}
