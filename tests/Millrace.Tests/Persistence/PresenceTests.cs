using Millrace.Tests.Servers;

namespace Millrace.Tests.Persistence;

[Integration]
public sealed class PresenceTests(Truths truths) : IClassFixture<Truths>
{
    private static readonly TimeSpan Late = Truth.DeadAfter / 2;

    private readonly Truth truth = truths.Of(Kind.Postgres);

    [Fact]
    public async Task A_killed_worker_is_dead_to_everybody_as_soon_as_it_is_late()
    {
        var (killed, newcomer) = (await KilledAsync(), Guid.NewGuid());
        var orphan = await truth.RunningAsync(killed);
        await truth.Workers.BeatAsync(newcomer, "newcomer", CancellationToken.None);
        await using var judge = await JudgeAsync();

        Assert.DoesNotContain($"{killed}", await judge.KeepAsync());
        await SilentAsync(killed);
        Assert.Contains($"{killed}", await judge.KeepAsync());

        Assert.DoesNotContain($"{killed}", await judge.KeepAsync()); // said once
        Assert.NotNull(await truth.Runs.ClaimAsync(orphan.Fence.GenerationId, newcomer, Rows.Lane, CancellationToken.None));
    }

    [Fact]
    public async Task A_silent_worker_that_has_its_session_is_not_lost()
    {
        await using var silent = await HeldAsync();
        await using var judge = await JudgeAsync();
        await SilentAsync(silent.Id);

        Assert.DoesNotContain($"{silent.Id}", await judge.KeepAsync());
    }

    [Fact]
    public async Task A_silent_worker_that_never_had_a_session_is_not_lost()
    {
        var without = Guid.NewGuid();
        await truth.Workers.BeatAsync(without, $"{without}", CancellationToken.None);
        await SilentAsync(without);
        await using var judge = await JudgeAsync();

        Assert.DoesNotContain($"{without}", await judge.KeepAsync());
    }

    [Fact]
    public async Task A_worker_whose_own_session_is_young_does_not_judge()
    {
        var killed = await KilledAsync();
        await SilentAsync(killed);
        await using var young = await HeldAsync();
        await truth.MoveAsync(young.Id, "unbroken_since", Truth.DeadAfter);

        Assert.DoesNotContain($"{killed}", await young.KeepAsync());
    }

    [Fact]
    public async Task A_worker_that_is_heard_again_is_no_longer_lost()
    {
        var killed = await KilledAsync();
        var orphan = await truth.RunningAsync(killed);
        await SilentAsync(killed);
        await using var judge = await JudgeAsync();
        Assert.Contains($"{killed}", await judge.KeepAsync());

        await truth.Workers.BeatAsync(killed, $"{killed}", CancellationToken.None);

        Assert.Null(await truth.Runs.ClaimAsync(orphan.Fence.GenerationId, judge.Id, Rows.Lane, CancellationToken.None));
    }

    [Fact]
    public async Task A_session_that_broke_is_opened_again_and_then_judges_no_one_for_a_while()
    {
        var killed = await KilledAsync();
        await SilentAsync(killed);
        await using var judge = await JudgeAsync();
        Assert.NotEmpty(await truth.QueryAsync<bool>(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND ((classid::bigint << 32) | objid::bigint) = hashtextextended('millrace ' || $1, 0)", $"{judge.Id}"));

        await Assert.ThrowsAnyAsync<Exception>(judge.KeepAsync);

        Assert.DoesNotContain($"{killed}", await judge.KeepAsync());
        await AgeSessionAsync(judge.Id);
        Assert.Contains($"{killed}", await judge.KeepAsync());
    }

    [Fact]
    public async Task In_one_process_nobody_is_lost()
    {
        var (alone, me) = (truths.Of(Kind.Sqlite), Guid.NewGuid());
        await alone.Workers.BeatAsync(me, "w", CancellationToken.None);

        Assert.Empty(await alone.Presence.KeepAsync(me, CancellationToken.None));
        Assert.Empty(await alone.Presence.KeepAsync(me, CancellationToken.None));
    }

    private async Task<Present> JudgeAsync()
    {
        var judge = await HeldAsync();
        await AgeSessionAsync(judge.Id);
        return judge;
    }

    private async Task<Guid> KilledAsync()
    {
        await using var killed = await HeldAsync();
        return killed.Id;
    }

    private async Task<Present> HeldAsync()
    {
        var present = new Present(truths.Another(Kind.Postgres));
        await truth.Workers.BeatAsync(present.Id, $"{present.Id}", CancellationToken.None);
        await present.KeepAsync();
        return present;
    }

    private Task SilentAsync(Guid worker) => truth.MoveAsync(worker, "heartbeat_at", Late);

    private Task AgeSessionAsync(Guid worker) => truth.MoveAsync(worker, "session_since", Truth.DeadAfter);

    /// <summary>A worker with a data source of its own: with it ends its session.</summary>
    private sealed class Present(Truth truth) : IAsyncDisposable
    {
        public Guid Id { get; } = Guid.NewGuid();

        public Task<IReadOnlyList<string>> KeepAsync() => truth.Presence.KeepAsync(Id, CancellationToken.None);

        public ValueTask DisposeAsync() => truth.DisposeAsync();
    }
}
