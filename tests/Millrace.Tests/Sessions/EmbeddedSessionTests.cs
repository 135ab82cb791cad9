using Millrace.Tests.Embedded;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using static Millrace.Tests.Sessions.Conversation;

namespace Millrace.Tests.Sessions;

/// <summary>Sessions without a broker and without a database server.</summary>
[Integration]
public sealed class EmbeddedSessionTests
{
    [Fact]
    public async Task A_conversation_goes_on_after_a_restart()
    {
        using var folder = new ScratchFolder("sessions");
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        provider.Respond(call => call.Text("re ", Said.LastIn(call)).Usage(1, 2).Stop());
        var session = Guid.CreateVersion7();

        foreach (var turn in new[] { Turn(session, " u1 👩‍🌾\n") with { SystemPrompt = "Be brief." }, Turn(session, "u2"), Turn(session, "u3") })
        {
            await using var worker = await EmbeddedWorker.StartAsync(folder.File("millrace.db"), provider);
            Assert.Equal($"re {turn.Prompt}", (await Until.DoneAsync(worker.Client.GenerateAsync(turn))).Text);
        }

        Assert.Equal(
            [Said.System("Be brief."), Said.User(" u1 👩‍🌾\n"), Said.Assistant("re  u1 👩‍🌾\n"), Said.User("u2"), Said.Assistant("re u2"), Said.User("u3")],
            Said.In(provider.Calls[^1]));
    }

    [Fact]
    public async Task Turns_that_waited_when_the_process_ended_run_in_the_next_one()
    {
        using var folder = new ScratchFolder("sessions");
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        provider.Respond(call => call.Text("half of ").Stall());
        var session = Guid.CreateVersion7();
        var turns = new[] { Turn(session, "u1"), Turn(session, "u2"), Turn(session, "u3") };
        await using (var ended = await EmbeddedWorker.StartAsync(folder.File("millrace.db"), provider))
        {
            foreach (var turn in turns) await ended.Client.SubmitAsync(turn);
            await provider.NextCallAsync();
            await Until.EqualAsync(3L, () => ended.QueryAsync<long>("SELECT count(*) FROM generations"));
        }

        provider.Respond(call => call.Text("re ", Said.LastIn(call)).Stop());
        await using var next = await EmbeddedWorker.StartAsync(folder.File("millrace.db"), provider);
        foreach (var turn in turns) await Until.DoneAsync(next.Client.WaitAsync(turn.GenerationId));

        var heard = Said.In(provider.Calls[^1]);
        Assert.Equal(5, heard.Count);
        Assert.All(turns, turn => Assert.Contains(Said.User(turn.Prompt!), heard));
    }

    /// <summary>The next turn begins when the one before ends, and not when the sweeper looks, which it never does here.</summary>
    [Fact]
    public async Task No_turn_waits_for_the_sweeper()
    {
        using var folder = new ScratchFolder("sessions");
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        provider.Respond(call => call.Text("re ", Said.LastIn(call)).Stop());
        await using var worker = await EmbeddedWorker.StartTimelessAsync(folder.File("millrace.db"), provider);

        var answers = await Until.DoneAsync(Task.WhenAll(Enumerable.Range(0, 10).SelectMany(n =>
        {
            var session = Guid.CreateVersion7();
            return Enumerable.Range(0, 5).Select(turn => worker.Client.GenerateAsync(Turn(session, $"{n}.{turn}")));
        })));

        Assert.Equal(50, answers.Length);
        Assert.Equal(10, provider.Calls.Count(call => Said.In(call).Count == 9));
    }
}
