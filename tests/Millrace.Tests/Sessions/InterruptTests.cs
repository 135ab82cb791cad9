using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Sessions.Conversation;

namespace Millrace.Tests.Sessions;

/// <summary>Turns that end the one before them.</summary>
[Collection(SessionFleet.Name)]
[Integration]
public sealed class InterruptTests(SessionFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Theory]
    [InlineData(WhenBusy.Interrupt)]
    [InlineData(WhenBusy.Rollback)]
    public async Task A_turn_that_is_in_mid_sentence_ends_and_its_text_is_kept_or_not(WhenBusy how)
    {
        fleet.Provider.Respond(call =>
        {
            if (Said.LastIn(call) == "u2") call.Text("as far as ").Stall();
            else call.Text("a3").Stop();
        });
        var session = await fleet.CreateAsync(User("u1"), Assistant("a1"));
        var active = await fleet.SpeakTurnAsync(Turn(session, "u2"));
        var call = fleet.Provider.Calls[^1];

        var next = await fleet.SubmitAsync(Turn(session, "u3") with { WhenBusy = how });
        var cancelled = await fleet.Events.TerminalAsync(active);
        Assert.Equal(("cancelled", "as far as "), (cancelled.Kind, cancelled.String("partialText")));
        Assert.Equal("a3", (await fleet.Events.TerminalAsync(next)).Text);
        await Until.DoneAsync(call.Aborted);

        Said[] kept = how == WhenBusy.Interrupt ? [Said.User("u2"), Said.Assistant("as far as ")] : [];
        Said[] heard = [Said.User("u1"), Said.Assistant("a1"), .. kept, Said.User("u3")];
        Assert.Equal([Said.System("Be brief."), .. heard], Said.In(fleet.Provider.Calls[^1]));
        await fleet.AssertTranscriptAsync(session, [.. heard, Said.Assistant("a3")]);
        await fleet.AssertStreamIsWholeAsync(active);
    }

    [Theory]
    [InlineData(WhenBusy.Interrupt)]
    [InlineData(WhenBusy.Rollback)]
    public async Task It_runs_before_those_that_wait(WhenBusy how)
    {
        fleet.HoldTurnsThatSay("hold");
        var session = Guid.CreateVersion7();
        var active = await fleet.StartTurnAsync(Turn(session, "hold"));
        var waiting = new List<Guid>();
        foreach (var prompt in new[] { "w1", "w2" }) waiting.Add(await fleet.WaitTurnAsync(Turn(session, prompt)));

        var next = await fleet.SubmitAsync(Turn(session, "now") with { WhenBusy = how });
        foreach (var id in waiting.Append(next)) Assert.Equal("completed", (await fleet.Events.TerminalAsync(id)).Kind);

        Assert.Equal("cancelled", (await fleet.Events.TerminalAsync(active)).Kind);
        Said[] kept = how == WhenBusy.Interrupt ? [Said.User("hold"), Said.Assistant("")] : [];
        await fleet.AssertTranscriptAsync(
            session, [.. kept, Said.User("now"), Said.Assistant("re now"), Said.User("w1"), Said.Assistant("re w1"), Said.User("w2"), Said.Assistant("re w2")]);
    }

    [Theory]
    [InlineData(WhenBusy.Interrupt)]
    [InlineData(WhenBusy.Rollback)]
    public async Task A_turn_that_is_parked_ends_at_once(WhenBusy how)
    {
        fleet.Provider.Respond(call =>
        {
            if (Said.LastIn(call) == "limited") call.Refuse(503, "server_overloaded", "no", ("Retry-After", "120")); // a 429 would stop the whole account
            else call.Text("ok").Stop();
        });
        var session = Guid.CreateVersion7();
        var parked = await fleet.UntilStateAsync("parked", Turn(session, "limited"));

        var next = await fleet.SubmitAsync(Turn(session, "now") with { WhenBusy = how });

        Assert.Equal("cancelled", (await fleet.Events.TerminalAsync(parked)).Kind);
        Assert.Equal("ok", (await fleet.Events.TerminalAsync(next)).Text);
        Assert.Equal([Said.User("now"), Said.Assistant("ok")], Said.In(await fleet.TranscriptAsync(session)).TakeLast(2));
        Assert.Equal(how == WhenBusy.Interrupt ? 4 : 2, (await fleet.TranscriptAsync(session)).Count);
    }

    [Theory]
    [InlineData(WhenBusy.Interrupt)]
    [InlineData(WhenBusy.Rollback)]
    public async Task A_turn_that_is_still_behind_a_full_lane_ends_at_once(WhenBusy how)
    {
        var (session, release) = (Guid.CreateVersion7(), fleet.HoldTurnsThatSay("full"));
        var full = new List<Guid>();
        for (var slot = 0; slot < 2; slot++) full.Add(await fleet.StartTurnAsync(FleetFixture.Request("full") with { Provider = "narrow" }));
        var queued = await fleet.UntilStateAsync("queued", Turn(session, $"behind {how}") with { Provider = "narrow" });

        var next = await fleet.SubmitAsync(Turn(session, "now") with { Provider = "scripted", WhenBusy = how });

        Assert.Equal("cancelled", (await fleet.Events.TerminalAsync(queued)).Kind);
        Assert.Equal("re now", (await fleet.Events.TerminalAsync(next)).Text);
        release.SetResult();
        foreach (var id in full) await fleet.Events.TerminalAsync(id);
        Assert.DoesNotContain(fleet.Provider.Calls, call => Said.LastIn(call) == $"behind {how}");
        Assert.Equal(how == WhenBusy.Interrupt ? 4 : 2, (await fleet.TranscriptAsync(session)).Count);
    }

    [Theory]
    [InlineData(WhenBusy.Interrupt)]
    [InlineData(WhenBusy.Rollback)]
    public async Task Many_at_once_each_end_once_and_one_is_left_with_the_word(WhenBusy how)
    {
        fleet.Provider.Respond(call => call.Text("some ").Wait(TimeSpan.FromMilliseconds(30)).Text("text").Stop());
        var session = await fleet.CreateAsync(User("u"), Assistant("a"));

        var turns = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => fleet.SubmitAsync(Turn(session, $"n{n}") with { WhenBusy = how })));
        var ends = new Dictionary<Guid, SeenEvent>();
        foreach (var turn in turns) ends[turn] = await fleet.Events.TerminalAsync(turn);

        Assert.Contains(ends.Values, end => end.Kind == "completed");
        Assert.All(ends.Values, end => Assert.Contains(end.Kind, new[] { "completed", "cancelled" }));
        Assert.All(turns, turn => Assert.Single(fleet.Events.Of(turn).Where(seen => seen.IsTerminal).Select(seen => seen.MessageId).Distinct()));
        Transcripts.AssertAlternates(await fleet.TranscriptAsync(session), ends, imported: 2, rollback: how == WhenBusy.Rollback);
        if (how == WhenBusy.Rollback) Assert.DoesNotContain(await fleet.TranscriptAsync(session), message => message.Partial);
    }
}
