using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Sessions;

/// <summary>
/// Three workers and many sessions whose turns all come at once. <c>MILLRACE_TEST_SESSIONS=200 ./test.sh Many_sessions</c> makes the
/// crowd larger.
/// </summary>
[Integration]
public sealed class CrowdTests(TestServers servers)
{
    private const int Turns = 5;

    [Fact, Trait("size", "soak")]
    public async Task Many_sessions_at_once_each_go_on_turn_by_turn_in_order_of_arrival()
    {
        await using var crowd = await Crowd.StartAsync(servers, workers: 3, Crowd.Size(40), Turns);
        var fleet = crowd.Fleet;
        fleet.Provider.Respond(call =>
        {
            var heard = Said.In(call);
            call.Text($"{heard[^1].Text} ").Wait(TimeSpan.FromMilliseconds(5)).Text($"after {heard.Count - 1}").Usage(1, 2).Stop();
        });

        await crowd.PublishAsync();
        var ends = await crowd.EndsAsync();

        Assert.All(ends.Values, end => Assert.Equal("completed", end.Kind));
        Assert.Equal(ends.Count, fleet.Provider.Calls.Count);
        await crowd.AssertTranscriptsAsync(ends);
        foreach (var (session, of) in crowd.Turns)
        {
            var transcript = await fleet.TranscriptAsync(session);
            Assert.Equal(Turns * 2, transcript.Count);
            Assert.Equal(await ArrivalAsync(fleet, session), transcript.Where((_, at) => at % 2 == 0).Select(message => message.GenerationId!.Value));
            for (var at = 0; at < transcript.Count; at += 2)
                Assert.Equal($"{of.Single(turn => turn.GenerationId == transcript[at].GenerationId).Prompt} after {at}", transcript[at + 1].Text);
        }
    }

    [Fact]
    public async Task Many_sessions_with_cancels_and_a_killed_worker_lose_double_and_mix_nothing()
    {
        await using var crowd = await Crowd.StartMortalAsync(servers, workers: 2, Crowd.Size(20), Turns);
        var fleet = crowd.Fleet;
        fleet.Provider.Respond(call => call.Text("one ").Wait(TimeSpan.FromMilliseconds(150)).Text("two ").Wait(TimeSpan.FromMilliseconds(150)).Text("three").Stop());

        await crowd.PublishAsync();
        var chance = new Random(17);
        var cancels = crowd.Ids.Where(_ => chance.Next(4) == 0).ToList();
        var cancelling = Task.WhenAll(cancels.Select(async id =>
        {
            var ended = chance.Next(crowd.Ids.Count / 2);
            await fleet.Events.UntilAsync(seen => seen.Count(e => e.IsTerminal) >= ended);
            await fleet.Producer.CancelAsync(id);
        }));
        await fleet.Events.UntilAsync(seen => seen.Count(e => e.IsTerminal) >= crowd.Ids.Count / 5);
        await fleet.Processes[0].KillAsync();
        await cancelling;
        var ends = await crowd.EndsAsync();

        Assert.All(ends, end => Assert.Contains(end.Value.Kind, cancels.Contains(end.Key) ? ["completed", "cancelled"] : new[] { "completed" }));
        Assert.Contains(ends.Values, end => end.Kind == "cancelled");
        await crowd.AssertTranscriptsAsync(ends);
        foreach (var (session, _) in crowd.Turns)
        {
            var kept = (await fleet.TranscriptAsync(session)).Select(message => message.GenerationId).ToHashSet();
            Assert.All(crowd.Turns[session], turn =>
            {
                if (ends[turn.GenerationId].String("partialText") is { Length: > 0 }) Assert.Contains(turn.GenerationId, kept);
            });
        }
    }

    /// <summary>The turns of a session in the order in which the fleet took them in.</summary>
    private static async Task<IReadOnlyList<Guid>> ArrivalAsync(FleetFixture fleet, Guid session) =>
        await fleet.QueryAsync<Guid[]>("SELECT array_agg(id ORDER BY turn) FROM generations WHERE session_id = $1", session);
}
