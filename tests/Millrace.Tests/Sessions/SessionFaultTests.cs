using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Sessions.Conversation;

namespace Millrace.Tests.Sessions;

/// <summary>Sessions whose worker goes away in the middle of a turn.</summary>
[Integration]
public sealed class SessionFaultTests(TestServers servers)
{
    private static readonly (string Name, string Value) Quick = ("Millrace__DrainTime", "00:00:00");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Another_worker_runs_the_turn_again_and_then_those_that_wait(bool killed)
    {
        await using var fleet = await FleetFixture.StartProcessesAsync(servers, 1, Quick);
        fleet.Provider.Respond(call =>
        {
            if (call.Number == 1) call.Text("half of ").Stall();
            else call.Text("re ", Said.LastIn(call)).Stop();
        });
        var session = Guid.CreateVersion7();
        var turns = new List<Guid> { await fleet.SpeakTurnAsync(Turn(session, "u1")) };
        foreach (var prompt in new[] { "u2", "u3" }) turns.Add(await fleet.WaitTurnAsync(Turn(session, prompt)));

        await fleet.AddWorkerAsync();
        if (killed) await fleet.Processes[0].KillAsync();
        else Assert.Equal(0, await fleet.Processes[0].TerminateAsync());
        foreach (var turn in turns) Assert.Equal("completed", (await fleet.Events.TerminalAsync(turn)).Kind);

        Assert.Equal(4, fleet.Provider.Calls.Count);
        await fleet.AssertTranscriptAsync(
            session, Said.User("u1"), Said.Assistant("re u1"), Said.User("u2"), Said.Assistant("re u2"), Said.User("u3"), Said.Assistant("re u3"));
        await fleet.AssertStreamIsWholeAsync(turns[0]);
    }

    [Theory]
    [InlineData(WhenBusy.Interrupt)]
    [InlineData(WhenBusy.Rollback)]
    public async Task A_turn_whose_worker_has_died_is_ended_by_the_next_one(WhenBusy how)
    {
        await using var fleet = await FleetFixture.StartProcessesAsync(servers, 1, Quick);
        fleet.Provider.Respond(call =>
        {
            if (Said.LastIn(call) == "u1") call.Text("half of ").Stall();
            else call.Text("re ", Said.LastIn(call)).Stop();
        });
        var session = Guid.CreateVersion7();
        var active = await fleet.SpeakTurnAsync(Turn(session, "u1"));
        await fleet.AddWorkerAsync();

        await fleet.Processes[0].KillAsync();
        var next = await fleet.SubmitAsync(Turn(session, "u2") with { WhenBusy = how });

        Assert.Equal("cancelled", (await fleet.Events.TerminalAsync(active)).Kind);
        Assert.Equal("re u2", (await fleet.Events.TerminalAsync(next)).Text);
        var transcript = await fleet.TranscriptAsync(session);
        Assert.Equal([Said.User("u2"), Said.Assistant("re u2")], Said.In(transcript).TakeLast(2));
        Assert.Equal(how == WhenBusy.Interrupt ? 4 : 2, transcript.Count);
    }
}
