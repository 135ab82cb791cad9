using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using Millrace.Contracts;
using Millrace.Providers.Failures;
using Millrace.Providers.Registry;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using Xunit;

namespace Millrace.Tests.Providers;

/// <summary>Deadlines on a clock that the test moves, against servers that really stall.</summary>
[Integration]
public sealed class DeadlineTests
{
    private readonly FakeTimeProvider time = new();

    [Theory, EachWire]
    public async Task A_stall_before_the_first_token_is_FirstTokenTimeout(Wire wire)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(call => call.Open().Stall());
        using var provider = server.Provider(wire, time: time);
        var reading = provider.Ask().ReadAsync();
        var call = await server.NextCallAsync(TestContext.Current.CancellationToken);

        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(reading.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1.1));

        await AssertTimedOutAsync(FailureReason.FirstTokenTimeout, reading, call);
    }

    [Theory, EachWire]
    public async Task A_stall_in_the_middle_of_the_stream_is_IdleTimeout(Wire wire)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(call => call.Text("Hel").Stall());
        using var provider = server.Provider(wire, options => options.IdleTimeout = TimeSpan.FromSeconds(5), time);
        await using var updates = provider.Ask().GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var reading = await ReadToTheStallAsync(wire, updates);
        var call = server.Calls[0];

        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(reading.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));

        await AssertTimedOutAsync(FailureReason.IdleTimeout, reading, call);
    }

    [Fact]
    public async Task A_consumer_that_takes_its_time_is_not_an_idle_provider()
    {
        await using var server = await ScriptedProvider.StartAsync(Wire.OpenAI);
        using var provider = server.Provider(Wire.OpenAI, options => options.IdleTimeout = TimeSpan.FromSeconds(5), time);
        var text = "";

        await foreach (var update in provider.Ask())
        {
            text += update.Text;
            time.Advance(TimeSpan.FromSeconds(20));
        }

        Assert.Equal("Hello", text);
    }

    [Theory, EachWire]
    public async Task A_stream_that_trickles_on_and_on_is_TotalTimeout(Wire wire)
    {
        var gates = Enumerable.Range(0, 3).Select(_ => new TaskCompletionSource()).ToList();
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(call => call.Text("a").HoldUntil(gates[0].Task).Text("b").HoldUntil(gates[1].Task).Text("c").HoldUntil(gates[2].Task).Stop());
        using var provider = server.Provider(wire, options => options.TotalTimeout = TimeSpan.FromSeconds(100), time);
        await using var updates = provider.Ask().GetAsyncEnumerator(TestContext.Current.CancellationToken);

        var next = ReadToTheStallAsync(wire, updates);
        foreach (var gate in gates.Take(2))
        {
            var stalled = await next;
            time.Advance(TimeSpan.FromSeconds(45));
            gate.SetResult();
            Assert.True(await stalled);
            next = ReadToTheStallAsync(wire, updates, isAtFirst: true);
        }
        var last = await next;
        time.Advance(TimeSpan.FromSeconds(11));

        await AssertTimedOutAsync(FailureReason.TotalTimeout, last, server.Calls[0]);
    }

    [Theory, EachWire]
    public async Task Tool_arguments_that_come_slowly_are_a_first_token(Wire wire)
    {
        var gate = new TaskCompletionSource();
        await using var server = await ScriptedProvider.StartAsync(wire);
        if (wire is Wire.Ollama) server.Respond(call => call.ToolCall("find", """{"city":"Oslo"}""").HoldUntil(gate.Task).Finish("tool_calls"));
        else server.Respond(call => call.HalfToolCall("find", """{"city":"Oslo"}""").HoldUntil(gate.Task).Finish("tool_calls"));
        using var provider = server.Provider(wire, options => options.IdleTimeout = TimeSpan.FromMinutes(5), time);
        await using var updates = provider.Ask().GetAsyncEnumerator(TestContext.Current.CancellationToken);

        Assert.True(await updates.MoveNextAsync()); // nothing is handed on before the first token
        time.Advance(TimeSpan.FromMinutes(2));
        gate.SetResult();

        if (wire is Wire.Ollama) while (await updates.MoveNextAsync()) { }
        else Assert.Equal(FailureReason.IncompleteStream, (await Assert.ThrowsAsync<ProviderException>(async () => { while (await updates.MoveNextAsync()) { } })).Reason);
    }

    /// <summary>Reads one piece of text with all that comes along with it, and returns the read that waits for more.</summary>
    private static async Task<Task<bool>> ReadToTheStallAsync(Wire wire, IAsyncEnumerator<ChatResponseUpdate> updates, bool isAtFirst = false)
    {
        for (var hasText = false; ;)
        {
            if (!isAtFirst) Assert.True(await updates.MoveNextAsync());
            isAtFirst = false;
            var isText = updates.Current.Text.Length > 0;
            // Anthropic says afterwards that the block of text is over.
            if (wire is Wire.Anthropic ? hasText && !isText : isText) return updates.MoveNextAsync().AsTask();
            hasText |= isText;
        }
    }

    private static async Task AssertTimedOutAsync(FailureReason reason, Task reading, ScriptedCall call)
    {
        var failure = await Assert.ThrowsAsync<ProviderException>(() => Until.DoneAsync(reading));
        Assert.Equal(reason, failure.Reason);
        Assert.Contains($"({reason})", failure.Message);
        await Until.DoneAsync(call.Aborted);
    }
}
