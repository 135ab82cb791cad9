using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Sql;
using Millrace.Tests.Servers;
using Millrace.Tests.Timing;

namespace Millrace.Tests.Persistence;

/// <summary>How long an outage is waited out, by a clock of the test's own.</summary>
public sealed class DatabaseOutageTests : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly WatchedTime time = new();
    private readonly SqliteDatabase database = new("never-opened.db");
    private readonly DatabaseOutage outage;
    private int tries;

    public DatabaseOutageTests() => outage = new(database, time, NullLogger<DatabaseOutage>.Instance);

    [Fact]
    public async Task Work_is_tried_again_when_the_clock_goes_on_and_at_most_a_second_later()
    {
        var working = outage.WaitOutAsync(_ => Try(succeeds: tries == 5), CancellationToken.None);
        for (var tried = 1; tried <= 5; tried++)
        {
            var pause = await time.NextAsync(working);
            Assert.Equal(tried, tries);
            Assert.InRange(pause!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(1));
            time.Advance(pause.Value);
        }

        await working;
        Assert.Equal(6, tries);
    }

    [Fact]
    public async Task Who_waits_no_longer_than_so_long_hears_then_that_the_database_is_away()
    {
        DatabaseOutage.LimitTo(Longest);
        var working = outage.WaitOutAsync(token => Task.Delay(Timeout.Infinite, token), CancellationToken.None);

        time.Advance(Longest - TimeSpan.FromMilliseconds(1));
        Assert.False(working.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));

        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => working.WaitAsync(Patience.Long));
    }

    [Fact]
    public async Task The_limit_holds_over_all_tries_together()
    {
        var longest = TimeSpan.FromSeconds(5);
        DatabaseOutage.LimitTo(longest);
        var working = outage.WaitOutAsync(_ => Try(succeeds: false), CancellationToken.None);
        await time.WaitsAsync(longest);

        while (await time.NextAsync(working) is { } pause && time.Passed < longest)
            time.Advance(pause < longest - time.Passed ? pause : longest - time.Passed);

        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => working);
        Assert.True(tries > 5, "none is farther from the next than a second");
        Assert.Equal(longest, time.Passed);
    }

    [Fact]
    public async Task Who_is_told_to_stop_hears_of_that_and_of_no_outage()
    {
        DatabaseOutage.LimitTo(Longest);
        using var stop = new CancellationTokenSource();
        var working = outage.WaitOutAsync(token => Task.Delay(Timeout.Infinite, token), stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => working);
    }

    [Fact]
    public async Task Work_that_takes_its_time_is_not_limited()
    {
        DatabaseOutage.LimitTo(Longest);
        DatabaseOutage.LiftLimit();
        var done = new TaskCompletionSource();
        var working = outage.WaitOutAsync(token => done.Task.WaitAsync(token), CancellationToken.None);

        time.Advance(TimeSpan.FromDays(1));
        Assert.False(working.IsCompleted);
        done.SetResult();

        await working;
    }

    public void Dispose() => database.Dispose();

    private Task Try(bool succeeds)
    {
        tries++;
        return succeeds ? Task.CompletedTask : throw new SqliteException("busy", SQLitePCL.raw.SQLITE_BUSY);
    }
}
