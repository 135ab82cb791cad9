using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Persistence;

[Integration]
public sealed class CancellationTests(Truths truths) : IClassFixture<Truths>
{
    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_wish_that_is_there_before_the_request_is_seen_by_intake_and_by_the_claim(Kind kind)
    {
        var (truth, request) = (truths.Of(kind), Rows.Queued());
        await truth.Cancels.RequestAsync(request.Id, "changed my mind", CancellationToken.None);

        Assert.True((await truth.Intake.AcceptAsync(request, CancellationToken.None)).CancelRequested);
        Assert.True((await truth.Runs.ClaimAsync(request.Id, Guid.NewGuid(), Rows.Lane, CancellationToken.None))!.CancelRequested);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task The_worker_that_runs_it_hears_of_a_wish_with_its_next_heartbeat(Kind kind)
    {
        var (truth, owner) = (truths.Of(kind), Guid.NewGuid());
        var mine = (await truth.RunningAsync(owner)).Fence.GenerationId;
        var others = (await truth.RunningAsync(Guid.NewGuid())).Fence.GenerationId;

        await truth.Cancels.RequestAsync(mine, null, CancellationToken.None);
        await truth.Cancels.RequestAsync(others, "theirs", CancellationToken.None);

        Assert.Equal([(mine, null)], await truth.Workers.CancelledAsync(owner, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task The_first_reason_stays_and_a_later_one_fills_a_gap(Kind kind)
    {
        var (truth, id) = (truths.Of(kind), Guid.NewGuid());

        await truth.Cancels.RequestAsync(id, null, CancellationToken.None);
        Assert.Null(await truth.Cancels.ReasonAsync(id, CancellationToken.None));
        await truth.Cancels.RequestAsync(id, "first", CancellationToken.None);
        await truth.Cancels.RequestAsync(id, "second", CancellationToken.None);

        Assert.Equal("first", await truth.Cancels.ReasonAsync(id, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Only_what_nobody_runs_is_ended_by_others(Kind kind)
    {
        var truth = truths.Of(kind);
        var queued = await truth.AcceptAsync();
        var running = (await truth.RunningAsync(Guid.NewGuid())).Fence;
        var parked = (await truth.RunningAsync(Guid.NewGuid())).Fence;
        await truth.Runs.ParkAsync(parked, 1, null, TimeSpan.FromHours(1), CancellationToken.None);

        Assert.True(await EndAsync(truth, queued, epoch: 0));
        Assert.False(await EndAsync(truth, queued, epoch: 0));
        Assert.False(await EndAsync(truth, running.GenerationId, running.Epoch));
        Assert.False(await EndAsync(truth, parked.GenerationId, parked.Epoch + 1));
        Assert.True(await EndAsync(truth, parked.GenerationId, parked.Epoch));

        Assert.Null(await truth.Cancels.FindAsync(running.GenerationId, CancellationToken.None));
        Assert.Equal("running", await truth.StateAsync(running.GenerationId));
        Assert.Null(await truth.Runs.ClaimAsync(parked.GenerationId, Guid.NewGuid(), Rows.Lane, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_claim_and_an_ending_at_the_same_time_have_one_winner(Kind kind)
    {
        var truth = truths.Of(kind);
        await using var other = truths.Another(kind);
        for (var round = 0; round < 20; round++)
        {
            var id = await truth.AcceptAsync();

            var ending = EndAsync(other, id, epoch: 0);
            var claim = await truth.Runs.ClaimAsync(id, Guid.NewGuid(), Rows.Lane, CancellationToken.None);

            Assert.NotEqual(await ending, claim is not null);
        }
    }

    private static async Task<bool> EndAsync(Truth truth, Guid id, int epoch) =>
        await truth.Cancels.EndAsync(id, epoch, new TerminalWrite(GenerationState.Cancelled, "{}", 0, null, 0, null), CancellationToken.None) is not null;
}
