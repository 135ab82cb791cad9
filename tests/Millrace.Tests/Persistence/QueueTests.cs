using Millrace.Persistence.Model;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Persistence;

[Integration]
public sealed class QueueTests(Truths truths) : IClassFixture<Truths>
{
    private readonly string lane = $"{Guid.NewGuid():N}.bulk";

    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_lane_is_as_old_as_the_oldest_that_could_run(Kind kind)
    {
        var truth = truths.Of(kind);
        Assert.Equal(TimeSpan.Zero, await truth.Queues.OldestAsync(lane, CancellationToken.None));

        await truth.AcceptAsync(row => row with { Lane = lane });
        await truth.AgeAsync(await truth.AcceptAsync(row => row with { Lane = lane }), "received_at", TimeSpan.FromMinutes(7));
        await truth.AgeAsync(await truth.AcceptAsync(row => row with { Lane = lane, State = GenerationState.Waiting }), "received_at", TimeSpan.FromHours(1));
        await truth.AgeAsync(await truth.AcceptAsync(), "received_at", TimeSpan.FromHours(1));

        Assert.InRange(await truth.Queues.OldestAsync(lane, CancellationToken.None), TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(50));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task One_that_came_back_counts_from_when_it_was_put_on_its_lane_again(Kind kind)
    {
        var (truth, owner) = (truths.Of(kind), Guid.NewGuid());
        await truth.Workers.BeatAsync(owner, "w", CancellationToken.None);
        var id = await truth.AcceptAsync(row => row with { Lane = lane });
        var claim = await truth.Runs.ClaimAsync(id, owner, lane, CancellationToken.None);
        await truth.Runs.HandBackAsync(claim!.Fence, CancellationToken.None);
        await truth.AgeAsync(id, "received_at", TimeSpan.FromHours(3));
        await truth.AgeAsync(id, "nudged_at", TimeSpan.FromMinutes(20));

        Assert.InRange(await truth.Queues.OldestAsync(lane, CancellationToken.None), TimeSpan.FromMinutes(20), TimeSpan.FromHours(2));
    }
}
