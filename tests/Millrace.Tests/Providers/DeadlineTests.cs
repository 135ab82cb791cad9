using Microsoft.Extensions.Time.Testing;
using Millrace.Contracts;
using Millrace.Providers.Failures;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Providers;

/// <summary>What counts as a pause of the provider, on a clock that the test moves. The deadlines themselves are in <c>PatienceContractTests</c>.</summary>
[Integration]
public sealed class DeadlineTests
{
    private readonly FakeTimeProvider time = new();

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
}
