using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Millrace.Engine.Failures;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Sql;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Loops;

public sealed class RowLoopTests : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly FakeTimeProvider time = new();
    private readonly SqliteDatabase database = new("never-opened.db");
    private readonly Lines log = new();
    private readonly List<int> done = [];

    [Fact]
    public async Task One_row_that_fails_keeps_no_other_waiting_and_is_told_with_its_id_and_the_stack()
    {
        await RoundAsync(NewLoop(), row => row == 2);

        Assert.Equal([1, 3], done);
        var (level, line, fault) = Assert.Single(log.Told);
        Assert.Equal((LogLevel.Error, "The work of 2 failed; it is set aside for 00:01:00, the others go on"), (level, line));
        Assert.Contains(nameof(RoundAsync), fault!.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_left_alone_for_a_minute_and_then_for_twice_as_long_each_time_up_to_an_hour()
    {
        var loop = NewLoop();
        var tried = new List<TimeSpan>();
        var began = time.GetUtcNow();
        for (var minute = 0; minute < 200; minute++)
        {
            await RoundAsync(loop, row => row == 2, row => { if (row == 2) tried.Add(time.GetUtcNow() - began); });
            time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal([0, 1, 3, 7, 15, 31, 63, 123, 183], tried.Select(at => (int)at.TotalMinutes));
        Assert.Equal(200, done.Count(row => row == 1));
    }

    [Fact]
    public async Task One_that_is_mended_is_done_and_begins_anew()
    {
        var loop = NewLoop();
        await RoundAsync(loop, row => row == 2);
        time.Advance(TimeSpan.FromMinutes(1));
        await RoundAsync(loop, _ => false);
        await RoundAsync(loop, row => row == 2);
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.False(loop.IsAside("The work", 2));
        Assert.Contains(2, done);
    }

    [Fact]
    public async Task A_database_that_is_away_and_a_row_that_took_too_long_are_no_fault_of_the_row()
    {
        var loop = NewLoop();
        await loop.TryAsync("The work", 1, _ => throw new Microsoft.Data.Sqlite.SqliteException("busy", SQLitePCL.raw.SQLITE_BUSY), Longest, CancellationToken.None);
        var held = loop.TryAsync("The work", 2, token => Task.Delay(Timeout.Infinite, token), Longest, CancellationToken.None);
        time.Advance(Longest - TimeSpan.FromMilliseconds(1));
        Assert.False(held.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(await held.WaitAsync(Patience.Long));

        Assert.Equal((false, false), (loop.IsAside("The work", 1), loop.IsAside("The work", 2)));
        Assert.Equal([LogLevel.Warning, LogLevel.Warning], log.Told.Select(told => told.Level));
    }

    public void Dispose() => database.Dispose();

    private RowLoop NewLoop() => new(new DatabaseOutage(database, time, NullLogger<DatabaseOutage>.Instance), time, log);

    private Task RoundAsync(RowLoop loop, Func<int, bool> fails, Action<int>? seen = null) => loop.EachAsync("The work", [1, 2, 3], row => row, (row, _) =>
    {
        seen?.Invoke(row);
        if (fails(row)) throw new InvalidOperationException("bad row");
        done.Add(row);
        return Task.CompletedTask;
    }, Longest, CancellationToken.None);

    private sealed class Lines : ILogger
    {
        public List<(LogLevel Level, string Line, Exception? Fault)> Told { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Told.Add((logLevel, formatter(state, exception), exception));
    }
}
