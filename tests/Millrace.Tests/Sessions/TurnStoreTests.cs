using Millrace.Contracts;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sessions;
using Millrace.Tests.Persistence;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Sessions;

[Integration]
public sealed class TurnStoreTests(Truths truths) : IClassFixture<Truths>
{
    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task The_first_turn_runs_and_the_others_wait_in_order_of_arrival(Kind kind)
    {
        var (truth, session) = (truths.Of(kind), Guid.NewGuid());
        var first = await truth.AddTurnAsync(session);
        var second = await truth.AddTurnAsync(session);
        var third = await truth.AddTurnAsync(session);
        Assert.Equal(["queued", "waiting", "waiting"], [first.State, second.State, third.State]);
        Assert.Null(await truth.Runs.ClaimAsync(second.Id, Guid.NewGuid(), Rows.Lane, CancellationToken.None));

        var end = await truth.EndAsync(await truth.ClaimAsync(first.Id), session, "one");
        Assert.Equal((true, (second.Id, Rows.Lane)), (end.Held, end.Next));
        end = await truth.EndAsync(await truth.ClaimAsync(second.Id), session, "two");
        Assert.Equal(third.Id, end.Next?.Id);
        end = await truth.EndAsync(await truth.ClaimAsync(third.Id), session, "three");

        Assert.Null(end.Next);
        Assert.Equal(["one?", "one!", "two?", "two!", "three?", "three!"], await truth.TextsAsync(session));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Of_forty_turns_at_once_exactly_one_is_active(Kind kind)
    {
        var (truth, session) = (truths.Of(kind), Guid.NewGuid());
        await using var other = truths.Another(kind);

        var asked = await Task.WhenAll(Enumerable.Range(0, 40).Select(n => (n % 2 == 0 ? truth : other).AddTurnAsync(session)));

        Assert.Single(asked, turn => turn.State == GenerationState.Queued);
        var turns = await truth.QueryAsync<long>("SELECT turn FROM generations WHERE session_id = $1 ORDER BY turn", session);
        Assert.Equal(Enumerable.Range(1, 40).Select(n => (long)n), turns);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task An_end_whose_answer_was_lost_is_written_once(Kind kind)
    {
        var (truth, session) = (truths.Of(kind), Guid.NewGuid());
        var first = await truth.AddTurnAsync(session);
        var second = await truth.AddTurnAsync(session);
        var claim = await truth.ClaimAsync(first.Id);

        truth.Database.LoseNextTransaction = true;
        var end = await truth.EndAsync(claim, session, "one");

        Assert.True(end.Held);
        Assert.Equal(["one?", "one!"], await truth.TextsAsync(session));
        Assert.Equal("queued", await truth.StateAsync(second.Id));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_turn_asked_for_twice_is_one(Kind kind)
    {
        var (truth, session, id) = (truths.Of(kind), Guid.NewGuid(), Guid.CreateVersion7());

        truth.Database.LoseNextTransaction = true;
        var states = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ => (await truth.AskAsync(session, WhenBusy.Interrupt, id)).Generation.State));

        Assert.All(states, state => Assert.Equal("queued", state));
        Assert.Equal([1L], await truth.QueryAsync<long>("SELECT last_turn FROM sessions WHERE id = $1", session));
        Assert.Empty(await truth.QueryAsync<Guid>("SELECT generation_id FROM cancellations WHERE generation_id = $1", id));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_fenced_worker_ends_no_turn(Kind kind)
    {
        var (truth, session) = (truths.Of(kind), Guid.NewGuid());
        var first = await truth.AddTurnAsync(session);
        var claim = await truth.ClaimAsync(first.Id);
        await truth.AddTurnAsync(session);

        var end = await truth.EndAsync(claim with { Fence = claim.Fence with { Epoch = 0 } }, session, "late");

        Assert.Equal(new TurnEnd(null, null), end);
        Assert.Empty(await truth.TextsAsync(session));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task One_that_interrupts_goes_before_those_that_wait(Kind kind)
    {
        var (truth, session) = (truths.Of(kind), Guid.NewGuid());
        var active = await truth.AddTurnAsync(session);
        await truth.AddTurnAsync(session);
        var urgent = Guid.CreateVersion7();

        var stored = await truth.AskAsync(session, WhenBusy.Interrupt, urgent);

        Assert.Equal((active.Id, "waiting"), (stored.Interrupted, stored.Generation.State));
        Assert.Equal(TurnStore.Interruption, await truth.Cancels.ReasonAsync(active.Id, CancellationToken.None));
        var end = await truth.EndAsync(await truth.ClaimAsync(active.Id), session, "kept");
        Assert.Equal(urgent, end.Next?.Id);
        Assert.Equal(["kept?", "kept!"], await truth.TextsAsync(session));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_turn_that_was_rolled_back_leaves_no_message_however_it_ends(Kind kind)
    {
        var (truth, session) = (truths.Of(kind), Guid.NewGuid());
        var active = await truth.AddTurnAsync(session);
        await truth.AskAsync(session, WhenBusy.Rollback);
        await truth.Cancels.RequestAsync(active.Id, "the broadcast", CancellationToken.None);

        await truth.EndAsync(await truth.ClaimAsync(active.Id), session, "gone");

        Assert.Empty(await truth.TextsAsync(session));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_refused_first_request_leaves_no_session(Kind kind)
    {
        var (truth, session) = (truths.Of(kind), Guid.NewGuid());
        var refused = Rows.Queued() with { SessionId = session, State = GenerationState.Failed, Outcome = "{}" };

        await truth.Turns.AcceptAsync(
            new NewTurn(refused.Id, session, "default", WhenBusy.Queue, new SessionSettings(null, null, null), _ => refused), CancellationToken.None);

        Assert.Null(await truth.Sessions.FindAsync("default", session, CancellationToken.None));
        Assert.Equal("failed", await truth.StateAsync(refused.Id));
    }
}
