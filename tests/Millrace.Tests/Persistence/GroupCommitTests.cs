using Microsoft.Data.Sqlite;
using Millrace.Persistence.Sql;
using Millrace.Tests.Servers;
using Millrace.Tests.Timing;

namespace Millrace.Tests.Persistence;

[Integration]
public sealed class GroupCommitTests(Truths truths) : IClassFixture<Truths>
{
    private const string Poison = "INSERT INTO nowhere VALUES ($1) RETURNING 1";

    private static readonly string[] Letters = [.. Enumerable.Range('a', 26).Select(code => $"{(char)code}")];

    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Whatever_waits_goes_into_one_commit_in_order(Kind kind)
    {
        await using var truth = truths.Another(kind);
        var sizes = new List<int>();
        var (text, open) = (Guid.NewGuid(), Hold(truth, sizes));

        var begun = truth.Cancels.RequestAsync(text, "", CancellationToken.None);
        await Until.TrueAsync(() => sizes.Count > 0, "the first commit is held");
        var letters = Letters.Select(letter => Append(truth, text, letter)).ToList();
        open.SetResult();
        await Task.WhenAll([begun, .. letters]);

        Assert.Equal([1, 26], sizes);
        Assert.Equal(string.Concat(Letters), await truth.Cancels.ReasonAsync(text, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_statement_that_the_database_refuses_takes_no_other_with_it_and_the_order_is_kept(Kind kind)
    {
        await using var truth = truths.Another(kind);
        var sizes = new List<int>();
        var (text, open) = (Guid.NewGuid(), Hold(truth, sizes));

        var begun = truth.Cancels.RequestAsync(text, "", CancellationToken.None);
        await Until.TrueAsync(() => sizes.Count > 0, "the first commit is held");
        var before = Letters[..13].Select(letter => Append(truth, text, letter)).ToList();
        var poisoned = truth.Commit.RunAsync(Poison, row => row.GetOnly<string>(), CancellationToken.None, 1);
        var after = Letters[13..].Select(letter => Append(truth, text, letter)).ToList();
        open.SetResult();
        await Task.WhenAll([begun, .. before, .. after]);

        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => poisoned);
        Assert.Contains("nowhere", refusal.Message, StringComparison.Ordinal);
        Assert.Equal([1, 27, .. Enumerable.Repeat(1, 27)], sizes);
        Assert.Equal(string.Concat(Letters), await truth.Cancels.ReasonAsync(text, CancellationToken.None));
    }

    /// <summary>Some return a row, and of some only counts whether they changed one.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task Of_many_statements_in_one_commit_each_hears_what_came_of_itself(Kind kind)
    {
        await using var truth = truths.Another(kind);
        var sizes = new List<int>();
        var (text, nobody, open) = (Guid.NewGuid(), Guid.NewGuid(), Hold(truth, sizes));
        Task<bool> Touch(Guid id) => truth.Commit.ExecuteAsync(
            "UPDATE cancellations SET reason = reason || '.' WHERE generation_id = $1", CancellationToken.None, id);

        var begun = truth.Cancels.RequestAsync(text, "", CancellationToken.None);
        await Until.TrueAsync(() => sizes.Count > 0, "the first commit is held");
        Task<bool>[] early = [Touch(nobody), Touch(text)];
        var first = Append(truth, text, "a");
        Task<bool>[] between = [Touch(text), Touch(nobody)];
        Task<string?>[] rest = [Append(truth, nobody, "x"), Append(truth, text, "b")];
        Task<bool>[] late = [Touch(nobody), Touch(text)];
        open.SetResult();
        await begun;

        var changed = await Task.WhenAll([.. early, .. between, .. late]);
        var returned = await Task.WhenAll([first, .. rest]);
        Assert.Equal([false, true, true, false, false, true], changed);
        Assert.Equal([".a", null, ".a.b"], returned);
        Assert.Equal([1, 9], sizes);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_wait_that_is_given_up_does_not_stop_the_loop(Kind kind)
    {
        await using var truth = truths.Another(kind);
        var (text, open) = (Guid.NewGuid(), Hold(truth, []));
        using var given = new CancellationTokenSource();

        var left = truth.Cancels.RequestAsync(text, "said", given.Token);
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        open.SetResult();
        await Append(truth, text, "!");

        Assert.Equal("said!", await truth.Cancels.ReasonAsync(text, CancellationToken.None));
    }

    [Fact]
    public async Task At_the_end_a_database_that_is_away_is_waited_for_five_seconds()
    {
        var time = new WatchedTime();
        var truth = truths.Another(Kind.Sqlite, time);
        truth.Database.OnCommit = (_, _) => throw new SqliteException("away", SQLitePCL.raw.SQLITE_BUSY);
        var written = truth.Cancels.RequestAsync(Guid.NewGuid(), "", CancellationToken.None);
        Assert.NotNull(await time.NextAsync(written)); // it will be tried again

        var ending = truth.DisposeAsync().AsTask();
        await time.WaitsAsync(TimeSpan.FromSeconds(5));
        Assert.False(written.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(5));

        await ending;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => written);
    }

    [Fact]
    public async Task A_restart_of_the_server_loses_and_doubles_nothing()
    {
        await using var server = await PostgresServer.StartPrivateAsync();
        await using var truth = Truth.Over(new PostgresDatabase(await server.CreateDatabaseAsync()));
        await truth.Schema.MigrateAsync(CancellationToken.None);
        var fence = (await truth.RunningAsync(Guid.NewGuid())).Fence;
        Task<DateTimeOffset?> AppendAsync(int n) => truth.Chunks.AppendAsync(fence, Rows.Text(n, $"t{n}"), CancellationToken.None);

        var early = Enumerable.Range(1, 100).Select(AppendAsync).ToList();
        await early[0];
        await server.StopAsync(Stop.Hard);
        var late = Enumerable.Range(101, 100).Select(AppendAsync).ToList();
        Assert.Contains(late, append => !append.IsCompleted);
        await server.StartAsync();

        Assert.DoesNotContain(null, await Task.WhenAll(early.Concat(late)));
        Assert.Equal(
            Enumerable.Range(1, 200).Select(n => $$"""{"text":"t{{n}}"}"""),
            (await truth.Chunks.ReadAsync(fence.GenerationId, 0, 1_000, CancellationToken.None)).Select(chunk => chunk.Payload));
        Assert.NotNull(await truth.Runs.FinishAsync(fence, Rows.Completed(), CancellationToken.None));
    }

    /// <summary>Keeps the first commit waiting until the source is set, and counts the writes of each.</summary>
    private static TaskCompletionSource Hold(Truth truth, List<int> sizes)
    {
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        truth.Database.OnCommit = async (writes, commit) =>
        {
            sizes.Add(writes.Count);
            await open.Task;
            await commit();
        };
        return open;
    }

    private static Task<string?> Append(Truth truth, Guid text, string letter) => truth.Commit.RunAsync(
        "UPDATE cancellations SET reason = reason || $2 WHERE generation_id = $1 RETURNING reason", row => row.GetOnly<string>(), CancellationToken.None, text, letter);
}
