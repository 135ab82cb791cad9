using Millrace.Contracts;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Persistence;

[Integration]
public sealed class EndingTests(Truths truths) : IClassFixture<Truths>
{
    private const string Failures = """[{"attempt":1}]""";

    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_generation_is_finished_once_and_the_same_writer_may_say_so_twice(Kind kind)
    {
        await using var truth = truths.Another(kind);
        var fence = (await truth.RunningAsync(Guid.NewGuid())).Fence;
        var ending = Rows.Completed(usage: new TokenUsage { Input = 3, Output = 5_000_000_000 });

        truth.Database.LoseNextAnswer();
        Assert.NotNull(await truth.Runs.FinishAsync(fence, ending, CancellationToken.None));
        Assert.NotNull(await truth.Runs.FinishAsync(fence, ending, CancellationToken.None));

        Assert.Null(await truth.Runs.FinishAsync(fence, ending with { State = GenerationState.Failed }, CancellationToken.None));
        Assert.Equal("completed", await truth.StateAsync(fence.GenerationId));
        Assert.Equal([5_000_000_000], await truth.QueryAsync<long>("SELECT output_tokens FROM generations WHERE id = $1", fence.GenerationId));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_writer_that_was_overtaken_changes_nothing(Kind kind)
    {
        var truth = truths.Of(kind);
        var old = (await truth.RunningAsync(Guid.NewGuid())).Fence;
        var current = (await truth.Runs.ClaimAsync(old.GenerationId, await truth.JudgeAsync(), Rows.Lane, CancellationToken.None))!.Fence;

        Assert.Null(await truth.Runs.FinishAsync(old, Rows.Completed(), CancellationToken.None));
        Assert.False(await truth.Runs.ParkAsync(old, 1, null, TimeSpan.Zero, CancellationToken.None));
        Assert.False(await truth.Runs.RerouteAsync(old, 1, null, new Candidate(1, "q", "n", "q.bulk"), CancellationToken.None));
        Assert.False(await truth.Runs.HandBackAsync(old, CancellationToken.None));
        Assert.False(await truth.Runs.BeginAttemptAsync(old, 9, null, CancellationToken.None));

        Assert.Equal("running", await truth.StateAsync(old.GenerationId));
        Assert.NotNull(await truth.Runs.FinishAsync(current, Rows.Completed(), CancellationToken.None));
        Assert.Null(await truth.Runs.FinishAsync(old, Rows.Completed(), CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_parked_generation_is_claimed_when_its_time_has_come_and_not_before(Kind kind)
    {
        var truth = truths.Of(kind);
        var fence = (await truth.RunningAsync(Guid.NewGuid())).Fence;
        Assert.True(await truth.Runs.ParkAsync(fence, 1, Failures, TimeSpan.FromMinutes(1), CancellationToken.None));
        Assert.Equal("parked", await truth.StateAsync(fence.GenerationId));
        Assert.Null(await truth.Runs.ClaimAsync(fence.GenerationId, Guid.NewGuid(), Rows.Lane, CancellationToken.None));

        await truth.AgeAsync(fence.GenerationId, "not_before", TimeSpan.Zero);
        var again = await truth.Runs.ClaimAsync(fence.GenerationId, Guid.NewGuid(), Rows.Lane, CancellationToken.None);

        Assert.Equal((2, 2, Failures), (again!.Fence.Epoch, again.Attempt, again.Failures));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_rerouted_generation_waits_on_its_fallbacks_lane(Kind kind)
    {
        var truth = truths.Of(kind);
        var fence = (await truth.RunningAsync(Guid.NewGuid())).Fence;

        Assert.True(await truth.Runs.RerouteAsync(fence, 1, Failures, new Candidate(1, "q", "n", "q.bulk"), CancellationToken.None));

        Assert.Null(await truth.Runs.ClaimAsync(fence.GenerationId, Guid.NewGuid(), Rows.Lane, CancellationToken.None));
        var next = await truth.Runs.ClaimAsync(fence.GenerationId, Guid.NewGuid(), "q.bulk", CancellationToken.None);
        Assert.Equal((1, 2, "q.bulk", Failures), (next!.Candidate, next.Attempt, next.Lane, next.Failures));
        Assert.Equal(["n"], await truth.QueryAsync<string>("SELECT model FROM generations WHERE id = $1", fence.GenerationId));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_generation_that_is_handed_back_is_anybodys_at_once(Kind kind)
    {
        var (truth, leaving) = (truths.Of(kind), Guid.NewGuid());
        await truth.Workers.BeatAsync(leaving, "w", CancellationToken.None);
        var fence = (await truth.RunningAsync(leaving)).Fence;

        Assert.True(await truth.Runs.HandBackAsync(fence, CancellationToken.None));

        Assert.Equal("queued", await truth.StateAsync(fence.GenerationId));
        Assert.NotNull(await truth.Runs.ClaimAsync(fence.GenerationId, Guid.NewGuid(), Rows.Lane, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task The_row_of_a_request_is_made_once_and_comes_back_to_whoever_asks_again(Kind kind)
    {
        await using var truth = truths.Another(kind);
        var request = Rows.Queued();

        truth.Database.LoseNextAnswer();
        var first = await truth.Intake.AcceptAsync(request, CancellationToken.None);
        var other = await truth.Intake.AcceptAsync(request with { RequestHash = [9], Lane = "q.bulk", Channel = "theirs" }, CancellationToken.None);

        Assert.Equal((first.State, first.Lane), (other.State, other.Lane));
        Assert.Equal(request.RequestHash, other.RequestHash);
    }
}
