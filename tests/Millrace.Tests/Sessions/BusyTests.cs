using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Sessions.Conversation;

namespace Millrace.Tests.Sessions;

/// <summary>Turns that wait for the one before them, and those that will not.</summary>
[Collection(SessionFleet.Name)]
[Integration]
public sealed class BusyTests(SessionFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Fact]
    public async Task Turns_of_a_busy_session_wait_and_run_in_order_of_arrival()
    {
        var (session, release) = (Guid.CreateVersion7(), fleet.HoldTurnsThatSay("hold"));
        var turns = new List<Guid> { await fleet.StartTurnAsync(Turn(session, "hold")) };
        foreach (var prompt in new[] { "u2", "u3", "u4" }) turns.Add(await fleet.WaitTurnAsync(Turn(session, prompt)));

        var described = (await fleet.AskAsync(SessionOperation.Read, session)).Session!;
        Assert.Equal((turns[0], 3L, 0L), (described.ActiveGeneration, described.Waiting, described.MessageCount));
        release.SetResult();
        foreach (var turn in turns) Assert.Equal("completed", (await fleet.Events.TerminalAsync(turn)).Kind);

        await fleet.AssertTranscriptAsync(
            session, Said.User("hold"), Said.Assistant("re hold"), Said.User("u2"), Said.Assistant("re u2"),
            Said.User("u3"), Said.Assistant("re u3"), Said.User("u4"), Said.Assistant("re u4"));
        described = (await fleet.AskAsync(SessionOperation.Read, session)).Session!;
        Assert.Equal((null, 0L, 8L, 8L), (described.ActiveGeneration, described.Waiting, described.MessageCount, described.LastOrdinal));
    }

    [Fact]
    public async Task A_turn_that_will_not_wait_fails_at_once_and_is_taken_when_the_session_is_free()
    {
        var (session, release) = (Guid.CreateVersion7(), fleet.HoldTurnsThatSay("hold"));
        var active = await fleet.StartTurnAsync(Turn(session, "hold"));

        var refused = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Turn(session, "no") with { WhenBusy = WhenBusy.Reject }));
        Assert.Equal(("failed", nameof(FailureReason.SessionBusy), "True"), (refused.Kind, refused.String("reason"), refused.String("retryable")));
        release.SetResult();
        await fleet.Events.TerminalAsync(active);
        var taken = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Turn(session, "yes") with { WhenBusy = WhenBusy.Reject }));

        Assert.Equal("re yes", taken.Text);
        await fleet.AssertTranscriptAsync(session, Said.User("hold"), Said.Assistant("re hold"), Said.User("yes"), Said.Assistant("re yes"));
    }

    [Fact]
    public async Task Of_many_that_will_not_wait_at_once_one_is_taken()
    {
        var (session, release) = (Guid.CreateVersion7(), fleet.HoldTurnsThatSay("hold"));

        var turns = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => fleet.SubmitAsync(Turn(session, $"hold {n}") with { WhenBusy = WhenBusy.Reject })));
        await fleet.Events.UntilAsync(seen => turns.Count(turn => seen.Any(e => e.Id == turn && e.Kind == "failed")) == 19);
        release.SetResult();
        await fleet.Events.UntilAsync(seen => turns.Count(turn => seen.Any(e => e.Id == turn && e.Kind == "completed")) == 1);

        Assert.Equal(2, (await fleet.TranscriptAsync(session)).Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(WhenBusy.Queue)]
    [InlineData(WhenBusy.Reject)]
    [InlineData(WhenBusy.Interrupt)]
    [InlineData(WhenBusy.Rollback)]
    public async Task In_a_free_session_each_way_is_just_a_turn(WhenBusy? whenBusy)
    {
        fleet.HoldTurnsThatSay("hold");
        var session = await fleet.CreateAsync(User("u1"), Assistant("a1"));

        Assert.Equal("re u2", (await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Turn(session, "u2") with { WhenBusy = whenBusy }))).Text);

        await fleet.AssertTranscriptAsync(session, Said.User("u1"), Said.Assistant("a1"), Said.User("u2"), Said.Assistant("re u2"));
    }

    [Fact]
    public async Task Waiting_turns_hold_no_slot_of_their_lane()
    {
        var (busy, release) = (Guid.CreateVersion7(), fleet.HoldTurnsThatSay("hold"));
        var active = await fleet.StartTurnAsync(Turn(busy, "hold"));
        var waiting = new List<Guid>();
        for (var n = 0; n < 5; n++) waiting.Add(await fleet.WaitTurnAsync(Turn(busy, $"narrow {n}") with { Provider = "narrow" }));

        var other = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Turn(Guid.CreateVersion7(), "free") with { Provider = "narrow" }));

        Assert.Equal("re free", other.Text);
        Assert.Equal(5L, await fleet.QueryAsync<long>("SELECT count(*) FROM generations WHERE session_id = $1 AND state = 'waiting'", busy));
        release.SetResult();
        foreach (var turn in waiting.Append(active)) Assert.Equal("completed", (await fleet.Events.TerminalAsync(turn)).Kind);
    }

    [Fact]
    public async Task A_waiting_turn_is_cancelled_at_once_and_the_others_go_on()
    {
        var (session, release) = (Guid.CreateVersion7(), fleet.HoldTurnsThatSay("hold"));
        await fleet.StartTurnAsync(Turn(session, "hold"));
        var cancelled = await fleet.WaitTurnAsync(Turn(session, "given up"));
        var last = await fleet.WaitTurnAsync(Turn(session, "u3"));

        await fleet.Producer.CancelAsync(cancelled);
        Assert.Equal("cancelled", (await fleet.Events.TerminalAsync(cancelled)).Kind);
        release.SetResult();

        Assert.Equal("completed", (await fleet.Events.TerminalAsync(last)).Kind);
        Assert.DoesNotContain(fleet.Provider.Calls, call => Said.LastIn(call) == "given up");
        var transcript = Said.In(await fleet.TranscriptAsync(session));
        Assert.Equal([Said.User("hold"), Said.Assistant("re hold")], transcript.Take(2));
        Assert.Equal([Said.User("u3"), Said.Assistant("re u3")], transcript.TakeLast(2));
    }

    [Fact]
    public async Task A_turn_that_waits_past_its_time_expires()
    {
        var (session, release) = (Guid.CreateVersion7(), fleet.HoldTurnsThatSay("hold"));
        var active = await fleet.StartTurnAsync(Turn(session, "hold"));

        var late = await fleet.WaitTurnAsync(Turn(session, "too late") with { NotAfter = TimeProvider.System.GetUtcNow().AddDays(1) });
        await fleet.QueryAsync<Guid>("UPDATE generations SET not_after = now() WHERE id = $1 RETURNING id", late);
        var expired = await fleet.Events.TerminalAsync(late);

        Assert.Equal(("failed", nameof(FailureReason.Expired)), (expired.Kind, expired.String("reason")));
        release.SetResult();
        Assert.Equal("completed", (await fleet.Events.TerminalAsync(active)).Kind);
        await fleet.AssertTranscriptAsync(session, Said.User("hold"), Said.Assistant("re hold"));
    }
}
