using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Tests.Embedded;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using static Millrace.Tests.Sessions.Conversation;

namespace Millrace.Tests.Sessions;

/// <summary>Conversations that outgrow their model.</summary>
[Integration]
public sealed class LongHistoryTests
{
    private const int Turns = 12;

    /// <summary>Sixty words, so that two or three turns fill the context of these tests.</summary>
    private static readonly string Words = string.Concat(Enumerable.Repeat(" water turns the wheel and", 12));

    [Fact]
    public async Task The_oldest_whole_turns_are_left_out_and_the_outcome_says_how_many()
    {
        using var folder = new ScratchFolder("sessions");
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        provider.Respond(call => call.Text($"re{Said.LastIn(call)}").Stop());
        await using var worker = await StartAsync(folder, provider);
        var session = Guid.CreateVersion7();
        var turns = Enumerable.Range(1, Turns).Select(n => $"{n}{Words}").ToList();

        foreach (var (n, prompt) in turns.Index())
        {
            var completed = await Until.DoneAsync(worker.Client.GenerateAsync(Short(session, prompt) with { SystemPrompt = n == 0 ? "Be brief." : null }));

            var omitted = completed.OmittedTurns ?? 0;
            var kept = turns[omitted..n].SelectMany(old => new[] { Said.User(old), Said.Assistant($"re{old}") });
            Assert.Equal([Said.System("Be brief."), .. kept, Said.User(prompt)], Said.In(provider.Calls[^1]));
            if (n == Turns - 1) Assert.InRange(omitted, 1, n - 1);
        }
    }

    [Fact]
    public async Task A_turn_that_would_rather_fail_does_and_leaves_the_session_as_it_was()
    {
        using var folder = new ScratchFolder("sessions");
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        provider.Respond(call => call.Text($"re{Said.LastIn(call)}").Stop());
        await using var worker = await StartAsync(folder, provider);
        var session = Guid.CreateVersion7();
        for (var n = 0; n < Turns; n++) await worker.Client.GenerateAsync(Short(session, $"{n}{Words}"));

        var failed = await Assert.ThrowsAsync<GenerationFailedException>(
            () => worker.Client.GenerateAsync(Short(session, "too long") with { WhenTooLong = WhenTooLong.Fail }));
        Assert.Equal(FailureReason.ContextLengthExceeded, failed.Failed.Reason);
        Assert.Equal(Turns, provider.Calls.Count);

        await worker.Client.GenerateAsync(Short(session, "goes on"));
        Assert.DoesNotContain(Said.User("too long"), Said.In(provider.Calls[^1]));
    }

    private static GenerateRequested Short(Guid session, string prompt) =>
        Turn(session, prompt) with { Options = new GenerationOptions { MaxOutputTokens = 50 } };

    private static Task<EmbeddedWorker> StartAsync(ScratchFolder folder, ScriptedProvider provider) =>
        EmbeddedWorker.StartAsync(folder.File("millrace.db"), provider, ("Millrace:DefaultContextTokens", "800"));
}
