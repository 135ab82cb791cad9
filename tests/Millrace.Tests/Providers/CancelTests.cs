using System.Diagnostics;
using Microsoft.Extensions.AI;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using Millrace.Worker.Providers;
using Xunit;

namespace Millrace.Tests.Providers;

/// <summary>A call that nobody wants any more leaves the provider at once, or it would go on generating.</summary>
[Integration]
public sealed class CancelTests
{
    private static readonly TimeSpan Promised = TimeSpan.FromMilliseconds(250);

    [Theory, EachWire]
    public async Task A_cancel_before_the_answer_closes_the_connection_in_time(Wire wire)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(call => call.Stall());
        using var provider = server.Provider(wire);
        using var cancel = new CancellationTokenSource();
        var reading = provider.AskUntil(cancel.Token).ReadAsync();
        var call = await server.NextCallAsync(TestContext.Current.CancellationToken);

        await AssertEndsInTimeAsync(cancel, reading, call);
    }

    [Theory, EachWire]
    public async Task A_cancel_in_a_stalled_stream_closes_the_connection_in_time(Wire wire)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(call => call.Text("Hel").Stall());
        using var provider = server.Provider(wire);
        using var cancel = new CancellationTokenSource();
        var (reading, call) = await ReadUntilTextAsync(server, provider.AskUntil(cancel.Token));

        await AssertEndsInTimeAsync(cancel, reading, call);
    }

    [Theory, EachWire]
    public async Task A_cancel_while_the_consumer_is_busy_closes_the_connection_in_time(Wire wire)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(call => call.Text("Hel").Stall());
        using var provider = server.Provider(wire);
        using var cancel = new CancellationTokenSource();
        await using var updates = provider.AskUntil(cancel.Token).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await updates.MoveNextAsync());
        var call = await server.NextCallAsync(TestContext.Current.CancellationToken);

        var clock = Stopwatch.StartNew();
        await cancel.CancelAsync();
        await call.Aborted.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Promised);
    }

    [Theory, EachWire]
    public async Task Leaving_the_stream_early_closes_the_connection_too(Wire wire)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(call => call.Text("Hel").Stall());
        using var provider = server.Provider(wire);
        var clock = new Stopwatch();

        await foreach (var update in provider.Ask())
        {
            if (update.Text.Length == 0) continue;
            clock.Start();
            break;
        }

        var call = await server.NextCallAsync(TestContext.Current.CancellationToken);
        await call.Aborted.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Promised);
    }

    [Theory, EachWire]
    public async Task A_finished_stream_gives_its_connection_back(Wire wire)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        using var provider = server.Provider(wire);

        for (var i = 0; i < 20; i++) await provider.Ask().ReadAsync();

        Assert.Equal(20, server.Calls.Count);
        // One, but for a call that begins while the end of the one before is still being read.
        Assert.InRange(server.OpenConnections, 1, 3);
    }

    private static async Task<(Task Reading, ScriptedCall Call)> ReadUntilTextAsync(ScriptedProvider server, ThrowingStream stream)
    {
        var text = new TaskCompletionSource();
        var reading = ReadAsync();
        await text.Task.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        return (reading, await server.NextCallAsync(TestContext.Current.CancellationToken));

        async Task ReadAsync()
        {
            await foreach (ChatResponseUpdate update in stream)
                if (update.Text.Length > 0) text.TrySetResult();
        }
    }

    private static async Task AssertEndsInTimeAsync(CancellationTokenSource cancel, Task reading, ScriptedCall call)
    {
        var clock = Stopwatch.StartNew();
        await cancel.CancelAsync();
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(5)));
        await call.Aborted.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Promised);
        Assert.Equal(cancel.Token, cancelled.CancellationToken);
    }
}
