using System.Collections.Concurrent;
using Millrace.Tests.Fleet;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Limits;

/// <summary>Calls at a time, whose worker dies.</summary>
[Integration]
public sealed class LimitDeathTests(TestServers servers)
{
    [Fact]
    public async Task Calls_at_a_time_are_no_more_than_allowed_and_those_of_a_killed_worker_are_free_again()
    {
        await using var fleet = await FleetFixture.StartProcessesAsync(
            servers, 1, ("Millrace__Limits__0__Provider", "scripted"), ("Millrace__Limits__0__Model", "few*"), ("Millrace__Limits__0__ConcurrentCalls", "3"));
        var (gate, calls) = (new TaskCompletionSource(), new ConcurrentQueue<ScriptedCall>());
        fleet.Provider.Respond(call =>
        {
            calls.Enqueue(call);
            call.HoldUntil(gate.Task).Text("ok").Usage(3, 2).Stop();
        });
        var ids = await Task.WhenAll(Enumerable.Range(0, 9).Select(n => fleet.SubmitAsync(LimitFleet.Request($"few {n}", "few-1"))));
        await Until.EqualAsync(3, () => calls.Count);

        // The others hear of its death when the provider has seen that its calls are over
        var victim = fleet.Processes[0];
        for (var others = 0; others < 2; others++) await fleet.AddWorkerAsync();
        await victim.SignalAsync("KILL");
        await victim.WaitForExitAsync();
        foreach (var call in calls) await Until.DoneAsync(call.Aborted);
        Assert.Equal(3, calls.Count);
        await fleet.BuryAsync(victim);
        await Until.EqualAsync(6, () => calls.Count);
        Assert.Equal(3L, await fleet.QueryAsync<long>($"SELECT sum(granted) {OfTheLiving}"));
        gate.SetResult();
        foreach (var id in ids) Assert.Equal("completed", (await fleet.Events.TerminalAsync(id)).Kind);

        Assert.Equal(3, fleet.Provider.PeakConcurrency);
        await fleet.UntilAsync($"SELECT count(*) {OfTheLiving} AND granted > 0", 0L);
    }

    private const string OfTheLiving = "FROM call_permits p JOIN workers w ON w.id = p.worker_id WHERE w.lost_at IS NULL";
}
