using Millrace.Tests.Servers;

namespace Millrace.Tests.Persistence;

[Integration]
public sealed class ForgetTests(Truths truths) : IClassFixture<Truths>
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Chunks_go_after_their_time_and_the_transcript_stays(Kind kind)
    {
        var truth = truths.Of(kind);
        var old = await EndedAsync(truth, announced: true, TimeSpan.FromHours(25));
        var young = await EndedAsync(truth, announced: true, TimeSpan.FromHours(23));
        var unheard = await EndedAsync(truth, announced: false, TimeSpan.FromHours(25));
        var running = (await truth.RunningAsync(Guid.NewGuid())).Fence;
        await truth.Chunks.AppendAsync(running, Rows.Text(1), CancellationToken.None);

        Assert.Equal(2, await truth.Retention.ForgetAsync(Day, CancellationToken.None));
        Assert.Equal(0, await truth.Retention.ForgetAsync(Day, CancellationToken.None));

        Assert.Null(await truth.Chunks.TailAsync(old, CancellationToken.None));
        foreach (var kept in new[] { young, unheard, running.GenerationId }) Assert.NotNull(await truth.Chunks.TailAsync(kept, CancellationToken.None));
        Assert.Equal("""{"text":"done"}""", (await truth.Announcements.FindAsync(old, CancellationToken.None))!.Outcome);
        Assert.Equal("""{"text":"done"}""", (await truth.Announcements.StatusAsync(old, CancellationToken.None))!.Terminal!.Outcome);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Old_wishes_and_workers_long_dead_go_too(Kind kind)
    {
        var (truth, wish, fresh) = (truths.Of(kind), Guid.NewGuid(), Guid.NewGuid());
        var (dead, alive) = (Guid.NewGuid(), Guid.NewGuid());
        foreach (var id in new[] { wish, fresh }) await truth.Cancels.RequestAsync(id, "enough", CancellationToken.None);
        foreach (var id in new[] { dead, alive }) await truth.Workers.BeatAsync(id, "w", CancellationToken.None);
        await AgeAsync(truth, "cancellations", "requested_at", "generation_id", wish, TimeSpan.FromHours(25));
        await AgeAsync(truth, "workers", "heartbeat_at", "id", dead, TimeSpan.FromHours(2));

        await truth.Retention.ForgetAsync(Day, CancellationToken.None);

        Assert.Null(await truth.Cancels.ReasonAsync(wish, CancellationToken.None));
        Assert.Equal("enough", await truth.Cancels.ReasonAsync(fresh, CancellationToken.None));
        var workers = await truth.QueryAsync<Guid>("SELECT id FROM workers");
        Assert.DoesNotContain(dead, workers);
        Assert.Contains(alive, workers);
    }

    private static async Task<Guid> EndedAsync(Truth truth, bool announced, TimeSpan age)
    {
        var fence = (await truth.RunningAsync(Guid.NewGuid())).Fence;
        for (var n = 1; n <= 2; n++) await truth.Chunks.AppendAsync(fence, Rows.Text(n), CancellationToken.None);
        await truth.Runs.FinishAsync(fence, Rows.Completed(), CancellationToken.None);
        if (announced) await truth.Announcements.MarkAsync(fence.GenerationId, CancellationToken.None);
        await truth.AgeAsync(fence.GenerationId, "finished_at", age);
        return fence.GenerationId;
    }

    private static async Task AgeAsync(Truth truth, string table, string column, string key, Guid id, TimeSpan age) => Assert.Single(await truth.QueryAsync<long>(
        $"UPDATE {table} SET {column} = {truth.Database.Sql.NowPlus("$2")} WHERE {key} = $1 RETURNING 1", id, -(long)age.TotalMilliseconds));
}
