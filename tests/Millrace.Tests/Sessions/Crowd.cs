using System.Globalization;
using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using Npgsql;
using static Millrace.Tests.Sessions.Conversation;

namespace Millrace.Tests.Sessions;

/// <summary>Many sessions whose turns are all published at once, on a fleet of its own.</summary>
internal sealed class Crowd(FleetFixture fleet, int sessions, int turns) : IAsyncDisposable
{
    private readonly CancellationTokenSource ended = new();
    private Task<long> watch = Task.FromResult(0L);

    public FleetFixture Fleet => fleet;

    /// <summary>The turns of each session, in the order of their publishing.</summary>
    public IReadOnlyDictionary<Guid, IReadOnlyList<GenerateRequested>> Turns { get; } = Enumerable.Range(0, sessions)
        .Select(n => (Session: Guid.CreateVersion7(), Number: n))
        .ToDictionary(
            made => made.Session,
            made => (IReadOnlyList<GenerateRequested>)[.. Enumerable.Range(0, turns).Select(turn => Turn(made.Session, $"{made.Number}.{turn} 🌾"))]);

    public IReadOnlyList<Guid> Ids => [.. Turns.Values.SelectMany(of => of).Select(turn => turn.GenerationId)];

    /// <summary>How many sessions: <c>MILLRACE_TEST_SESSIONS</c>, or what the suite has time for.</summary>
    public static int Size(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("MILLRACE_TEST_SESSIONS"), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : usual;

    public static async Task<Crowd> StartAsync(TestServers servers, int workers, int sessions, int turns, params (string Name, string Value)[] settings) =>
        new(await FleetFixture.StartAsync(servers, workers, settings), sessions, turns);

    /// <summary>With one worker more, which can be killed.</summary>
    public static async Task<Crowd> StartMortalAsync(TestServers servers, int workers, int sessions, int turns, params (string Name, string Value)[] settings)
    {
        var crowd = await StartAsync(servers, workers, sessions, turns, settings);
        await crowd.Fleet.AddProcessAsync();
        return crowd;
    }

    /// <summary>Publishes every turn, all sessions at once, and begins to watch that no session ever has two active turns.</summary>
    public async Task PublishAsync()
    {
        watch = WatchAsync();
        await Task.WhenAll(Turns.Values.Select(async of =>
        {
            foreach (var turn in of) await fleet.SubmitAsync(turn);
        }));
    }

    /// <summary>
    /// Every turn has ended, and the terminal events of each are one and the same, and what the table says. No session ever had two
    /// active turns.
    /// </summary>
    public async Task<IReadOnlyDictionary<Guid, SeenEvent>> EndsAsync()
    {
        await fleet.Events.UntilAsync(seen => seen.Where(e => e.IsTerminal).Select(e => e.Id).Distinct().Count() >= Ids.Count);
        await ended.CancelAsync();
        Assert.Equal(1, await watch);
        var ends = fleet.Events.Seen.Where(seen => seen.IsTerminal).GroupBy(seen => seen.Id).ToDictionary(of => of.Key, of => of.ToList());
        Assert.All(ends.Values, of => Assert.Single(of.Select(end => (end.Kind, end.MessageId, $"{end.Message}")).Distinct()));
        Assert.Equal(Ids.Order(), ends.Keys.Order());
        Assert.Equal(0L, await fleet.QueryAsync<long>("SELECT count(*) FROM generations WHERE state NOT IN ('completed', 'failed', 'cancelled')"));
        return ends.ToDictionary(of => of.Key, of => of.Value[0]);
    }

    /// <summary>Each transcript alternates, each call heard its session's own history, and nothing of another's.</summary>
    public async Task AssertTranscriptsAsync(IReadOnlyDictionary<Guid, SeenEvent> ends)
    {
        var calls = fleet.Provider.Calls.ToLookup(call => Said.LastIn(call));
        foreach (var (session, of) in Turns)
        {
            var transcript = await fleet.TranscriptAsync(session);
            Transcripts.AssertAlternates(transcript, of.ToDictionary(turn => turn.GenerationId, turn => ends[turn.GenerationId]));
            Transcripts.AssertHeard(of.SelectMany(turn => calls[turn.Prompt!]), transcript);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await watch;
        ended.Dispose();
        await fleet.DisposeAsync();
    }

    /// <summary>The most active turns that any session was seen to have.</summary>
    private async Task<long> WatchAsync()
    {
        await using var source = NpgsqlDataSource.Create(fleet.Postgres);
        await using var command = source.CreateCommand(
            """
            SELECT coalesce(max(active), 0) FROM
                (SELECT count(*) AS active FROM generations WHERE session_id IS NOT NULL AND state IN ('queued', 'running', 'parked') GROUP BY session_id) AS each_session
            """);
        var most = 0L;
        while (!ended.IsCancellationRequested)
        {
            most = Math.Max(most, (long)(await command.ExecuteScalarAsync())!);
            await Task.Delay(20);
        }
        return most;
    }
}
