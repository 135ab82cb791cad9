using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Reuse;

[Integration]
public sealed class AnswerReuseTests(TestServers servers)
{
    [Fact]
    public async Task The_same_question_is_answered_by_one_call_while_it_is_asked_and_by_its_record_afterwards()
    {
        await using var fleet = await FleetFixture.StartAsync(servers, 2);
        var gate = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.Text("said ").HoldUntil(gate.Task).Text($"once, as call {call.Number}").Usage(3, 2).Stop());

        var same = Enumerable.Range(0, 12).Select(_ => Question()).ToList();
        foreach (var request in same) await fleet.SubmitAsync(request);
        await fleet.UntilAsync("SELECT count(*) FROM answer_waits", 11L);
        gate.SetResult();
        var ends = await Task.WhenAll(same.Select(request => fleet.Events.TerminalAsync(request.GenerationId)));
        var late = Question();
        await fleet.SubmitAsync(late);
        var afterwards = await fleet.Events.TerminalAsync(late.GenerationId);

        Assert.Single(fleet.Provider.Calls);
        Assert.All(ends.Append(afterwards), end => Assert.Equal("said once, as call 1", end.String("text")));
        var asked = Assert.Single(ends, end => end.Message.GetProperty("attempts").GetInt32() == 1);
        Assert.All(ends.Append(afterwards).Where(end => end.Id != asked.Id), end =>
        {
            Assert.Equal(asked.Id, end.Message.GetProperty("reusedFrom").GetGuid());
            Assert.Equal(0, end.Message.GetProperty("attempts").GetInt32());
        });
        foreach (var request in same.Append(late)) await fleet.AssertStreamIsWholeAsync(request.GenerationId);

        // Another option, another tenant, or nobody's leave: another call
        foreach (var other in new[] { Question() with { Options = new() { Temperature = 0.5 } }, Question() with { Tenant = "beta" }, Question() with { ReuseSeconds = null } })
        {
            await fleet.SubmitAsync(other);
            Assert.Equal(1, (await fleet.Events.TerminalAsync(other.GenerationId)).Message.GetProperty("attempts").GetInt32());
        }
        Assert.Equal(4, fleet.Provider.Calls.Count);
    }

    [Fact]
    public async Task When_the_one_call_fails_or_its_caller_gives_up_another_one_asks()
    {
        await using var fleet = await FleetFixture.StartAsync(servers, 1);
        var gate = new TaskCompletionSource();
        fleet.Provider.Respond(call => _ = call.Number switch
        {
            1 => call.HoldUntil(gate.Task).Refuse(400),
            2 => call.Stall(),
            _ => call.Text("at last").Usage(3, 2).Stop(),
        });

        var first = Question();
        await fleet.SubmitAsync(first);
        await fleet.Provider.NextCallAsync();
        var others = Enumerable.Range(0, 3).Select(_ => Question()).ToList();
        foreach (var request in others) await fleet.SubmitAsync(request);
        await fleet.UntilAsync("SELECT count(*) FROM answer_waits", 3L);
        gate.SetResult();
        Assert.Equal("failed", (await fleet.Events.TerminalAsync(first.GenerationId)).Kind);
        await fleet.Provider.NextCallAsync();
        var second = await fleet.QueryAsync<Guid>("SELECT generation_id FROM shared_answers");
        await fleet.Producer.CancelAsync(second);
        await fleet.Events.TerminalAsync(second);

        foreach (var request in others.Where(request => request.GenerationId != second))
            Assert.Equal("at last", (await fleet.Events.TerminalAsync(request.GenerationId)).String("text"));
        Assert.Equal(3, fleet.Provider.Calls.Count);
    }

    private static GenerateRequested Question() => FleetFixture.Request("The same question.") with { ReuseSeconds = 600 };
}
