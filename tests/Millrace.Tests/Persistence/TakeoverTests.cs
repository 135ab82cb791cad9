using Microsoft.EntityFrameworkCore;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Persistence;

[Integration]
public sealed class TakeoverTests(Truths truths) : IClassFixture<Truths>
{
    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_takeover_in_the_middle_of_appends_neither_loses_nor_doubles_a_sequence(Kind kind)
    {
        await using var first = truths.Another(kind);
        await using var second = truths.Another(kind);
        for (var round = 0; round < 20; round++)
        {
            var old = (await first.RunningAsync(Guid.NewGuid())).Fence; // its owner has no heartbeat: it counts as dead
            var appends = Enumerable.Range(1, 30).Select(n => first.Chunks.AppendAsync(old, Rows.Text(n, $"old{n}"), CancellationToken.None)).ToList();
            await appends[round % 10];

            var claim = await second.Runs.ClaimAsync(old.GenerationId, await second.JudgeAsync(), Rows.Lane, CancellationToken.None);
            var tail = await second.Chunks.TailAsync(old.GenerationId, CancellationToken.None);
            for (var n = 1; n <= 3; n++)
                Assert.NotNull(await second.Chunks.AppendAsync(claim!.Fence, Rows.Text(tail!.Sequence + n, $"new{n}"), CancellationToken.None));

            var accepted = (await Task.WhenAll(appends)).TakeWhile(at => at is not null).Count();
            Assert.Equal(tail!.Sequence, accepted);
            Assert.All(await Task.WhenAll(appends.Skip(accepted)), Assert.Null);
            Assert.Equal(
                [.. Enumerable.Range(1, accepted).Select(n => $$"""{"text":"old{{n}}"}"""), .. Enumerable.Range(1, 3).Select(n => $$"""{"text":"new{{n}}"}""")],
                (await second.Chunks.ReadAsync(old.GenerationId, 0, 100, CancellationToken.None)).Select(chunk => chunk.Payload));
        }
    }

    /// <summary>The append has read that its claim is good and is not committed yet: the next owner must not look at the log before it is.</summary>
    [Fact]
    public async Task A_claim_waits_for_an_append_that_is_on_its_way_to_the_disk()
    {
        await using var first = truths.Another(Kind.Postgres);
        await using var second = truths.Another(Kind.Postgres);
        var old = (await first.RunningAsync(Guid.NewGuid())).Fence;
        await using var gate = first.Database.OpenContext();
        await gate.Database.OpenConnectionAsync();
        await gate.Database.ExecuteSqlRawAsync("SELECT pg_advisory_lock(7)");

        var judge = await second.JudgeAsync();

        // The append and a statement that stops at the gate go into one transaction
        var (entered, open) = (new TaskCompletionSource(), new TaskCompletionSource());
        first.Database.OnCommit = async (_, commit) =>
        {
            entered.TrySetResult();
            await open.Task;
            await commit();
        };
        var held = first.Cancels.RequestAsync(Guid.NewGuid(), null, CancellationToken.None);
        await entered.Task;
        var append = first.Chunks.AppendAsync(old, Rows.Text(1), CancellationToken.None);
        var stop = first.Commit.RunAsync("SELECT 'through' FROM pg_advisory_xact_lock(7)", row => row.GetOnly<string>(), CancellationToken.None);
        open.SetResult();
        await Until.EqualAsync(1L, () => WaitingAsync(first));

        var claim = second.Runs.ClaimAsync(old.GenerationId, judge, Rows.Lane, CancellationToken.None);
        await Until.TrueAsync(async () => claim.IsCompleted || await WaitingAsync(first) == 2);
        Assert.False(claim.IsCompleted);
        await gate.Database.ExecuteSqlRawAsync("SELECT pg_advisory_unlock(7)");

        Assert.Equal(2, (await claim)!.Fence.Epoch);
        Assert.Equal(1, (await second.Chunks.TailAsync(old.GenerationId, CancellationToken.None))!.Sequence);
        Assert.NotNull(await append);
        await Task.WhenAll(held, stop);
    }

    /// <summary>How many sessions of this database wait for a lock.</summary>
    private static async Task<long> WaitingAsync(Truth truth) => (await truth.QueryAsync<long>(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")).Single();
}
