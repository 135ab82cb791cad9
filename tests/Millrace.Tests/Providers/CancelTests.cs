using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using Millrace.Providers.Http;
using Millrace.Providers.Registry;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using Xunit;

namespace Millrace.Tests.Providers;

/// <summary>
/// A call that nobody wants any more leaves the provider at once, or it would go on generating: without a wait for anything, since the provider's clock stands still here.
/// </summary>
[Integration]
public sealed class CancelTests
{
    private static readonly TimeSpan Promised = TimeSpan.FromMilliseconds(250);

    private readonly FakeTimeProvider still = new();

    [Fact]
    public void What_is_read_of_a_stream_that_was_left_takes_less_time_than_promised() => Assert.True(ProviderHttp.DrainTime <= Promised / 2);

    [Theory, EachWire]
    public async Task A_cancel_before_the_answer_closes_the_connection(Wire wire)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(call => call.Stall());
        using var provider = server.Provider(wire, time: still);
        using var cancel = new CancellationTokenSource();
        var reading = provider.AskUntil(cancel.Token).ReadAsync();
        var call = await server.NextCallAsync(TestContext.Current.CancellationToken);

        await AssertEndsAsync(cancel, reading, call);
    }

    [Theory, EachWire]
    public async Task A_cancel_in_a_stalled_stream_closes_the_connection(Wire wire)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(call => call.Text("Hel").Stall());
        using var provider = server.Provider(wire, time: still);
        using var cancel = new CancellationTokenSource();
        var (reading, call) = await ReadUntilTextAsync(server, provider.AskUntil(cancel.Token));

        await AssertEndsAsync(cancel, reading, call);
    }

    [Theory, EachWire]
    public async Task A_cancel_while_the_consumer_is_busy_closes_the_connection(Wire wire)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(call => call.Text("Hel").Stall());
        using var provider = server.Provider(wire, time: still);
        using var cancel = new CancellationTokenSource();
        await using var updates = provider.AskUntil(cancel.Token).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await updates.MoveNextAsync());
        var call = await server.NextCallAsync(TestContext.Current.CancellationToken);

        await cancel.CancelAsync();

        await Until.DoneAsync(call.Aborted);
    }

    [Theory, EachWire]
    public async Task Leaving_the_stream_early_closes_the_connection_too(Wire wire)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(call => call.Text("Hel").Stall());
        using var provider = server.Provider(wire, time: still);

        await foreach (var update in provider.Ask())
        {
            if (update.Text.Length > 0) break;
        }

        var call = await server.NextCallAsync(TestContext.Current.CancellationToken);
        await Until.DoneAsync(call.Aborted);
    }

    [Theory, EachWire]
    public async Task A_finished_stream_gives_its_connection_back(Wire wire)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        using var provider = server.Provider(wire);

        // Not each call finds the one of the call before, whose end can still be on its way
        await Until.TrueAsync(async () =>
        {
            await provider.Ask().ReadAsync();
            return server.Calls.Count - server.Calls.Select(call => call.Connection).Distinct().Count() >= 20;
        }, "twenty calls on a connection that another had");
    }

    private static async Task<(Task Reading, ScriptedCall Call)> ReadUntilTextAsync(ScriptedProvider server, ThrowingStream stream)
    {
        var text = new TaskCompletionSource();
        var reading = ReadAsync();
        await Until.DoneAsync(text.Task);
        return (reading, await server.NextCallAsync(TestContext.Current.CancellationToken));

        async Task ReadAsync()
        {
            await foreach (ChatResponseUpdate update in stream)
                if (update.Text.Length > 0) text.TrySetResult();
        }
    }

    private static async Task AssertEndsAsync(CancellationTokenSource cancel, Task reading, ScriptedCall call)
    {
        await cancel.CancelAsync();
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Until.DoneAsync(reading));
        await Until.DoneAsync(call.Aborted);

        Assert.Equal(cancel.Token, cancelled.CancellationToken);
    }
}
