using Millrace.Persistence.Model;
using Millrace.Persistence.Poison;
using Millrace.Tests.Persistence;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Poison;

/// <summary>Which deaths count, on both databases.</summary>
[Integration]
public sealed class DeathsTests(Truths truths) : IClassFixture<Truths>
{
    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_generation_that_is_taken_from_a_dead_worker_has_seen_a_death(Kind kind)
    {
        var truth = truths.Of(kind);
        var (dead, judge) = (await WorkerAsync(truth, isDead: true), await truth.JudgeAsync());
        var old = await truth.RunningAsync(dead);

        var claim = (await truth.Runs.ClaimAsync(old.Fence.GenerationId, judge, Rows.Lane, CancellationToken.None))!;

        Assert.Null(old.LostWorkers);
        Assert.Equal(1, await truth.Deaths.CountAsync(claim.LostWorkers!, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task The_sweeper_counts_the_same_death_and_a_second_one_is_added(Kind kind)
    {
        var truth = truths.Of(kind);
        var judge = await truth.JudgeAsync();
        var id = (await truth.RunningAsync(await WorkerAsync(truth, isDead: true))).Fence.GenerationId;
        await truth.Sweeps.OrphanedAsync(judge, CancellationToken.None);
        await truth.Runs.ClaimAsync(id, await WorkerAsync(truth, isDead: true), Rows.Lane, CancellationToken.None);
        await truth.Sweeps.OrphanedAsync(judge, CancellationToken.None);

        var claim = (await truth.Runs.ClaimAsync(id, judge, Rows.Lane, CancellationToken.None))!;

        Assert.Equal(2, await truth.Deaths.CountAsync(claim.LostWorkers!, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task One_that_left_in_order_and_one_that_is_heard_again_have_not_died(Kind kind)
    {
        var truth = truths.Of(kind);
        var (left, slow) = (await WorkerAsync(truth, isDead: true), await WorkerAsync(truth, isDead: true));
        var lost = $"{await TextAsync(truth, left)} {await TextAsync(truth, slow)}";
        Assert.Equal(2, await truth.Deaths.CountAsync(lost, CancellationToken.None));

        await truth.InFlight.LeaveAsync(left, CancellationToken.None);
        await truth.Workers.BeatAsync(slow, "w", CancellationToken.None);

        Assert.Equal(0, await truth.Deaths.CountAsync(lost, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_is_refused_explains_its_deaths_and_whoever_was_beside_it_is_free(Kind kind)
    {
        var truth = truths.Of(kind);
        var (shared, own) = (await WorkerAsync(truth, isDead: true), await WorkerAsync(truth, isDead: true));
        var (bad, beside) = (await TextAsync(truth, shared), $"{await TextAsync(truth, shared)} {await TextAsync(truth, own)}");

        await truth.Deaths.RecordAsync(new(Guid.NewGuid().ToString(), PoisonRecord.Generation, 3), bad, CancellationToken.None);

        Assert.Equal(1, await truth.Deaths.CountAsync(beside, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Holders_of_a_message_are_those_who_had_it_and_nobody_else(Kind kind)
    {
        var truth = truths.Of(kind);
        var (message, judge) = ($"{Guid.NewGuid():N}"[..16].ToUpperInvariant(), await truth.JudgeAsync());
        var (dead, alive, other) = (await WorkerAsync(truth, isDead: true, $"0000 {message}"), await WorkerAsync(truth, isDead: false, message), await WorkerAsync(truth, isDead: true, "FFFF"));
        await truth.InFlight.WriteAsync(judge, message, CancellationToken.None);

        var holders = await truth.InFlight.HoldersAsync(message, judge, CancellationToken.None);

        Assert.Equal([(dead, true), (alive, false)], holders.Select(holder => (holder.Worker, holder.IsDead)).OrderByDescending(holder => holder.IsDead));
        Assert.DoesNotContain(holders, holder => holder.Worker == other);
        await truth.Deaths.RecordMessageAsync(new(message, "q", 3), CancellationToken.None);
        Assert.Equal([alive], (await truth.InFlight.HoldersAsync(message, judge, CancellationToken.None)).Select(holder => holder.Worker));
        Assert.Contains(await truth.InFlight.RefusedAsync(TimeSpan.FromHours(1), CancellationToken.None), refused => refused == new RefusedWork(message, "q", 3));
    }

    private static async Task<Guid> WorkerAsync(Truth truth, bool isDead, string messages = "")
    {
        var worker = Guid.NewGuid();
        await truth.Workers.BeatAsync(worker, "w", CancellationToken.None);
        await truth.InFlight.WriteAsync(worker, messages, CancellationToken.None);
        if (isDead) await truth.SilenceAsync(worker);
        return worker;
    }

    private static async Task<string> TextAsync(Truth truth, Guid worker) =>
        (await truth.QueryAsync<string>("SELECT CAST(worker_id AS text) FROM in_flight WHERE worker_id = $1", worker)).Single();
}
