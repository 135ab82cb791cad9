using Millrace.Persistence.Announcements;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Persistence;

[Integration]
public sealed class SweepTests(Truths truths) : IClassFixture<Truths>
{
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);
    private static readonly TimeSpan Past = TimeSpan.FromHours(2);

    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Two_sweepers_at_once_take_different_rows_and_together_all_that_are_due(Kind kind)
    {
        var truth = truths.Of(kind);
        await using var other = truths.Another(kind);
        var due = new HashSet<Guid>();
        for (var n = 0; n < 60; n++)
        {
            var fence = (await truth.RunningAsync(Guid.NewGuid())).Fence;
            await truth.Runs.ParkAsync(fence, 1, null, n < 50 ? TimeSpan.Zero : TimeSpan.FromHours(1), CancellationToken.None);
            if (n < 50) due.Add(fence.GenerationId);
        }

        var taken = await Task.WhenAll(truth.Sweeps.DueAsync(CancellationToken.None), other.Sweeps.DueAsync(CancellationToken.None));
        var again = await truth.Sweeps.DueAsync(CancellationToken.None);

        var ids = taken.SelectMany(rows => rows).Concat(again).Select(row => row.Id).Where(due.Contains).ToList();
        Assert.Equal(50, ids.Count);
        Assert.Equal(due, ids.ToHashSet());
        foreach (var id in due) Assert.Equal("queued", await truth.StateAsync(id));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_queued_generation_whose_ticket_is_gone_is_found_on_its_lane_once_within_the_patience(Kind kind)
    {
        var truth = truths.Of(kind);
        var lane = $"lost{Guid.NewGuid():N}.bulk";
        var old = await truth.AcceptAsync(row => row with { Lane = lane });
        await truth.AgeAsync(old, "nudged_at", Past);
        await truth.AcceptAsync(row => row with { Lane = lane });

        Assert.Empty(await truth.Sweeps.LostAsync("another.lane", Patience, CancellationToken.None));
        Assert.Equal([(old, lane)], await truth.Sweeps.LostAsync(lane, Patience, CancellationToken.None));
        Assert.Empty(await truth.Sweeps.LostAsync(lane, Patience, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_runs_on_a_dead_worker_is_found_and_what_runs_on_a_living_one_is_not(Kind kind)
    {
        var (truth, alive) = (truths.Of(kind), Guid.NewGuid());
        await truth.Workers.BeatAsync(alive, "w", CancellationToken.None);
        var orphan = (await truth.RunningAsync(Guid.NewGuid())).Fence.GenerationId;
        var cared = (await truth.RunningAsync(alive)).Fence.GenerationId;

        var found = (await truth.Sweeps.OrphanedAsync(await truth.JudgeAsync(), CancellationToken.None)).Select(row => row.Id).ToList();

        Assert.Contains(orphan, found);
        Assert.DoesNotContain(cared, found);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_was_found_on_a_dead_worker_is_had_by_a_newcomer_too_and_not_by_the_dead_one(Kind kind)
    {
        var (truth, dead, newcomer) = (truths.Of(kind), Guid.NewGuid(), Guid.NewGuid());
        var orphan = (await truth.RunningAsync(dead)).Fence;
        await truth.Workers.BeatAsync(newcomer, "w", CancellationToken.None);
        Assert.Null(await truth.Runs.ClaimAsync(orphan.GenerationId, newcomer, Rows.Lane, CancellationToken.None)); // it cannot tell who is dead

        await truth.Sweeps.OrphanedAsync(await truth.JudgeAsync(), CancellationToken.None);

        Assert.Null(await truth.Runs.FinishAsync(orphan, Rows.Completed(), CancellationToken.None));
        Assert.Equal(2, (await truth.Runs.ClaimAsync(orphan.GenerationId, newcomer, Rows.Lane, CancellationToken.None))!.Fence.Epoch);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task An_ending_is_announced_again_until_it_is_marked(Kind kind)
    {
        var truth = truths.Of(kind);
        var fence = (await truth.RunningAsync(Guid.NewGuid(), row => row with { Channel = "mine" })).Fence;
        await truth.Runs.FinishAsync(fence, Rows.Completed(), CancellationToken.None);
        var expected = new Announcement(fence.GenerationId, "mine", GenerationState.Completed, """{"text":"done"}""");
        Assert.DoesNotContain(expected, await truth.Sweeps.UnannouncedAsync(Guid.NewGuid(), Patience, CancellationToken.None)); // its worker is still at it

        await truth.AgeAsync(fence.GenerationId, "nudged_at", Past);
        Assert.Contains(expected, await truth.Sweeps.UnannouncedAsync(Guid.NewGuid(), Patience, CancellationToken.None));
        Assert.DoesNotContain(expected, await truth.Sweeps.UnannouncedAsync(Guid.NewGuid(), Patience, CancellationToken.None));

        await truth.AgeAsync(fence.GenerationId, "nudged_at", Past);
        await truth.Announcements.MarkAsync(fence.GenerationId, CancellationToken.None);
        Assert.DoesNotContain(expected, await truth.Sweeps.UnannouncedAsync(Guid.NewGuid(), Patience, CancellationToken.None));
        Assert.Equal(expected, await truth.Announcements.FindAsync(fence.GenerationId, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task The_end_of_a_living_workers_generation_is_its_own_to_announce(Kind kind)
    {
        var (truth, alive) = (truths.Of(kind), Guid.NewGuid());
        await truth.Workers.BeatAsync(alive, "w", CancellationToken.None);
        var fence = (await truth.RunningAsync(alive)).Fence;
        await truth.Runs.FinishAsync(fence, Rows.Completed(), CancellationToken.None);
        await truth.AgeAsync(fence.GenerationId, "nudged_at", Past);

        Assert.DoesNotContain(await truth.Sweeps.UnannouncedAsync(Guid.NewGuid(), Patience, CancellationToken.None), row => row.GenerationId == fence.GenerationId);
        Assert.Null(await truth.Announcements.FindAsync(fence.GenerationId, CancellationToken.None));
        Assert.Contains(await truth.Sweeps.UnannouncedAsync(alive, Patience, CancellationToken.None), row => row.GenerationId == fence.GenerationId);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_wish_to_end_that_came_while_a_generation_was_being_parked_is_found(Kind kind)
    {
        var truth = truths.Of(kind);
        var fence = (await truth.RunningAsync(Guid.NewGuid())).Fence;
        await truth.Cancels.RequestAsync(fence.GenerationId, "late", CancellationToken.None);
        Assert.DoesNotContain(fence.GenerationId, await truth.Sweeps.CancelledAsync(CancellationToken.None));

        await truth.Runs.ParkAsync(fence, 1, null, TimeSpan.FromHours(1), CancellationToken.None);

        Assert.Contains(fence.GenerationId, await truth.Sweeps.CancelledAsync(CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_was_not_begun_in_time_has_expired_and_what_was_begun_has_not(Kind kind)
    {
        var truth = truths.Of(kind);
        NewGeneration Until(NewGeneration row, int hours) => row with { NotAfter = TimeProvider.System.GetUtcNow().AddHours(hours) };
        var queued = await truth.AcceptAsync(row => Until(row, -1));
        var early = await truth.AcceptAsync(row => Until(row, 1));
        var running = (await truth.RunningAsync(Guid.NewGuid(), row => Until(row, -1))).Fence;
        var parked = (await truth.RunningAsync(Guid.NewGuid(), row => Until(row, -1))).Fence;
        await truth.Runs.ParkAsync(parked, 1, null, TimeSpan.FromHours(1), CancellationToken.None);

        var expired = await truth.Sweeps.ExpiredAsync(CancellationToken.None);

        Assert.Contains(queued, expired);
        Assert.DoesNotContain(parked.GenerationId, expired);
        Assert.DoesNotContain(early, expired);
        Assert.DoesNotContain(running.GenerationId, expired);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Only_its_own_worker_frees_what_it_does_not_run(Kind kind)
    {
        var (truth, owner) = (truths.Of(kind), Guid.NewGuid());
        var id = (await truth.RunningAsync(owner)).Fence.GenerationId;
        Assert.Equal([id], await truth.Workers.OwnedAsync(owner, CancellationToken.None));

        Assert.Null(await truth.Workers.AbandonAsync(id, Guid.NewGuid(), CancellationToken.None));
        Assert.Equal(Rows.Lane, await truth.Workers.AbandonAsync(id, owner, CancellationToken.None));

        Assert.Equal("queued", await truth.StateAsync(id));
        Assert.Empty(await truth.Workers.OwnedAsync(owner, CancellationToken.None));
    }
}
