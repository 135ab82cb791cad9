using Millrace.Persistence.Generations;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Persistence;

[Integration]
public sealed class ClaimTests(Truths truths) : IClassFixture<Truths>
{
    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Of_fifty_claims_at_once_one_holds(Kind kind)
    {
        var truth = truths.Of(kind);
        await using var other = truths.Another(kind);
        var owners = Enumerable.Range(0, 50).Select(_ => Guid.NewGuid()).ToList();
        foreach (var owner in owners) await truth.Workers.BeatAsync(owner, "w", CancellationToken.None);
        var id = await truth.AcceptAsync();

        var claims = await Task.WhenAll(owners.Select((owner, n) =>
            (n % 2 == 0 ? truth : other).Runs.ClaimAsync(id, owner, Rows.Lane, CancellationToken.None)));

        var held = Assert.Single(claims, claim => claim is not null)!;
        Assert.Equal((1, 1), (held.Fence.Epoch, held.Attempt));
        Assert.Equal([held.Fence.Owner], await truth.QueryAsync<Guid>("SELECT owner FROM generations WHERE id = $1", id));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_claim_tells_what_the_row_says(Kind kind)
    {
        var (truth, owner) = (truths.Of(kind), Guid.NewGuid());

        var claim = await truth.RunningAsync(owner, row => row with { Channel = "mine", Request = """{ "kept":  "as it is" }""", TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" });

        Assert.Equal(new Fence(claim.Fence.GenerationId, 1, owner), claim.Fence);
        Assert.Equal((Rows.Lane, "mine", 0, """{ "kept":  "as it is" }"""), (claim.Lane, claim.Channel, claim.Candidate, claim.Request));
        Assert.Equal("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", claim.TraceParent);
        Assert.Null(claim.Failures);
        Assert.False(claim.CancelRequested);
        Assert.InRange(claim.StartedAt, claim.ReceivedAt, claim.Now);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_dead_owners_generation_is_taken_over_with_the_next_epoch(Kind kind)
    {
        var (truth, dead) = (truths.Of(kind), Guid.NewGuid());
        await truth.Workers.BeatAsync(dead, "w", CancellationToken.None);
        var first = await truth.RunningAsync(dead);
        await truth.SilenceAsync(dead);

        var newcomer = Guid.NewGuid(); // has not been heard long enough itself: after an outage everyone looks dead
        await truth.Workers.BeatAsync(newcomer, "w", CancellationToken.None);
        Assert.Null(await truth.Runs.ClaimAsync(first.Fence.GenerationId, newcomer, Rows.Lane, CancellationToken.None));
        var second = await truth.Runs.ClaimAsync(first.Fence.GenerationId, await truth.JudgeAsync(), Rows.Lane, CancellationToken.None);

        Assert.Equal((2, 2), (second!.Fence.Epoch, second.Attempt));
        Assert.Equal(first.StartedAt, second.StartedAt);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_living_owners_generation_is_refused_until_it_leaves(Kind kind)
    {
        var (truth, alive) = (truths.Of(kind), Guid.NewGuid());
        await truth.Workers.BeatAsync(alive, "w", CancellationToken.None);
        var id = (await truth.RunningAsync(alive)).Fence.GenerationId;

        var judge = await truth.JudgeAsync();
        Assert.Null(await truth.Runs.ClaimAsync(id, judge, Rows.Lane, CancellationToken.None));
        Assert.Null(await truth.Runs.ClaimAsync(id, alive, Rows.Lane, CancellationToken.None));
        await truth.Workers.LeaveAsync(alive, CancellationToken.None);
        Assert.NotNull(await truth.Runs.ClaimAsync(id, judge, Rows.Lane, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_claim_whose_answer_was_lost_finds_itself_again(Kind kind)
    {
        await using var truth = truths.Another(kind);
        var (id, owner) = (await truth.AcceptAsync(), Guid.NewGuid());
        await truth.Workers.BeatAsync(owner, "w", CancellationToken.None);

        truth.Database.LoseNextAnswer();
        var claim = await truth.Runs.ClaimAsync(id, owner, Rows.Lane, CancellationToken.None);

        Assert.Equal((1, 1), (claim!.Fence.Epoch, claim.Attempt));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task An_ended_generation_or_one_of_another_lane_is_not_to_be_had(Kind kind)
    {
        var truth = truths.Of(kind);
        var ended = (await truth.RunningAsync(Guid.NewGuid())).Fence;
        Assert.NotNull(await truth.Runs.FinishAsync(ended, Rows.Completed(), CancellationToken.None));

        Assert.Null(await truth.Runs.ClaimAsync(ended.GenerationId, Guid.NewGuid(), Rows.Lane, CancellationToken.None));
        Assert.Null(await truth.Runs.ClaimAsync(await truth.AcceptAsync(), Guid.NewGuid(), "p.bulk", CancellationToken.None));
        Assert.Null(await truth.Runs.ClaimAsync(Guid.NewGuid(), Guid.NewGuid(), Rows.Lane, CancellationToken.None));
    }
}
