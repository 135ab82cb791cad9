using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using Millrace.Contracts;
using Millrace.Providers.Failures;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Providers.Contract;

/// <summary>
/// How long a call is waited for, and how it is given up. The provider's clock moves when the test moves it, so what happens without that waits for nothing.
/// </summary>
[Integration]
public sealed class PatienceContractTests
{
    private readonly FakeTimeProvider time = new();

    [Theory, EachKind]
    public async Task A_stall_before_the_first_token_is_FirstTokenTimeout(string name)
    {
        await using var kind = await KindUnderTest.StartAsync(name);
        kind.Stalls();
        using var provider = kind.Provider(time: time);
        var reading = kind.Ask(provider).ReadAsync();
        await kind.AskedAsync();

        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(reading.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1.1));

        await AssertTimedOutAsync(FailureReason.FirstTokenTimeout, reading, kind);
    }

    [Theory, EachKind]
    public async Task A_stall_in_the_middle_of_the_stream_is_IdleTimeout(string name)
    {
        await using var kind = await KindUnderTest.StartAsync(name);
        kind.StallsAfterText();
        using var provider = kind.Provider(options => options.IdleTimeout = TimeSpan.FromSeconds(5), time);
        await using var updates = kind.Ask(provider).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var reading = await ReadToTheStallAsync(kind, updates);

        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(reading.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));

        await AssertTimedOutAsync(FailureReason.IdleTimeout, reading, kind);
    }

    [Theory, EachKind]
    public async Task A_call_as_a_whole_has_an_end_too(string name)
    {
        await using var kind = await KindUnderTest.StartAsync(name);
        kind.StallsAfterText();
        using var provider = kind.Provider(options => options.TotalTimeout = options.IdleTimeout = TimeSpan.FromSeconds(100), time);
        await using var updates = kind.Ask(provider).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var reading = await ReadToTheStallAsync(kind, updates, () => time.Advance(TimeSpan.FromSeconds(50)));

        time.Advance(TimeSpan.FromSeconds(51));

        await AssertTimedOutAsync(FailureReason.TotalTimeout, reading, kind);
    }

    [Theory, EachKind(WithServer = true)]
    public async Task A_stream_that_trickles_on_and_on_is_TotalTimeout(string name)
    {
        var gates = Enumerable.Range(0, 3).Select(_ => new TaskCompletionSource()).ToList();
        await using var kind = await ServedKind.StartAsync(name);
        kind.Server.Respond(call => call.Text("a").HoldUntil(gates[0].Task).Text("b").HoldUntil(gates[1].Task).Text("c").HoldUntil(gates[2].Task).Stop());
        using var provider = kind.Provider(options => options.TotalTimeout = TimeSpan.FromSeconds(100), time);
        await using var updates = kind.Ask(provider).GetAsyncEnumerator(TestContext.Current.CancellationToken);

        var next = await ReadToTheStallAsync(kind, updates);
        foreach (var gate in gates.Take(2))
        {
            time.Advance(TimeSpan.FromSeconds(45));
            gate.SetResult();
            Assert.True(await next);
            next = await ReadToTheStallAsync(kind, updates, isAtFirst: true);
        }
        time.Advance(TimeSpan.FromSeconds(11));

        await AssertTimedOutAsync(FailureReason.TotalTimeout, next, kind);
    }

    [Theory, EachKind]
    public async Task A_cancel_before_the_answer_leaves_the_provider(string name)
    {
        await using var kind = await KindUnderTest.StartAsync(name);
        kind.KeepsSilent();
        using var provider = kind.Provider(time: time);
        using var cancel = new CancellationTokenSource();
        var reading = kind.Ask(provider, cancel.Token).ReadAsync();
        await kind.AskedAsync();

        await AssertCancelledAsync(cancel, reading, kind);
    }

    [Theory, EachKind]
    public async Task A_cancel_in_a_stalled_stream_leaves_the_provider(string name)
    {
        await using var kind = await KindUnderTest.StartAsync(name);
        kind.StallsAfterText();
        using var provider = kind.Provider(time: time);
        using var cancel = new CancellationTokenSource();
        await using var updates = kind.Ask(provider, cancel.Token).GetAsyncEnumerator(cancel.Token);
        var reading = await ReadToTheStallAsync(kind, updates);

        await AssertCancelledAsync(cancel, reading, kind);
    }

    [Theory, EachKind]
    public async Task A_cancel_while_the_consumer_is_busy_leaves_the_provider(string name)
    {
        await using var kind = await KindUnderTest.StartAsync(name);
        kind.StallsAfterText();
        using var provider = kind.Provider(time: time);
        using var cancel = new CancellationTokenSource();
        await using var updates = kind.Ask(provider, cancel.Token).GetAsyncEnumerator(cancel.Token);
        Assert.True(await updates.MoveNextAsync());

        await cancel.CancelAsync();

        await kind.LeftAsync();
    }

    [Theory, EachKind]
    public async Task Leaving_the_stream_early_leaves_the_provider_too(string name)
    {
        await using var kind = await KindUnderTest.StartAsync(name);
        kind.StallsAfterText();
        using var provider = kind.Provider(time: time);

        await foreach (var update in kind.Ask(provider))
        {
            if (update.Text.Length > 0) break;
        }

        await kind.LeftAsync();
    }

    /// <summary>Reads the first word with all that comes along with it, and returns the read that waits for more.</summary>
    private static async Task<Task<bool>> ReadToTheStallAsync(
        KindUnderTest kind, IAsyncEnumerator<ChatResponseUpdate> updates, Action? atText = null, bool isAtFirst = false)
    {
        if (!isAtFirst) Assert.True(await updates.MoveNextAsync());
        while (updates.Current.Text.Length == 0) Assert.True(await updates.MoveNextAsync());
        atText?.Invoke();
        for (var i = 0; i < kind.UpdatesAfterText; i++) Assert.True(await updates.MoveNextAsync());
        return updates.MoveNextAsync().AsTask();
    }

    private static async Task AssertTimedOutAsync(FailureReason reason, Task reading, KindUnderTest kind)
    {
        var failure = await Assert.ThrowsAsync<ProviderException>(() => Until.DoneAsync(reading));
        Assert.Equal(reason, failure.Reason);
        Assert.Contains($"({reason})", failure.Message);
        await kind.LeftAsync();
    }

    private static async Task AssertCancelledAsync(CancellationTokenSource cancel, Task reading, KindUnderTest kind)
    {
        await cancel.CancelAsync();
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Until.DoneAsync(reading));
        await kind.LeftAsync();

        Assert.Equal(cancel.Token, cancelled.CancellationToken);
    }
}
