using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using Millrace.Contracts;
using Millrace.Providers.Failures;
using Millrace.Providers.Registry;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Providers;

public sealed class SimulatedTests
{
    private const string Fast = "default?first=0ms&interval=0ms";

    [Fact]
    public async Task The_same_messages_and_seed_give_the_same_text_and_others_another()
    {
        using var provider = Simulated();
        var text = (await AskAsync(provider, Fast)).Text();

        Assert.Equal(text, (await AskAsync(provider, Fast)).Text());
        Assert.Equal(text, (await AskAsync(Simulated(), Fast + "&chunks=7")).Text());
        Assert.NotEqual(text, (await AskAsync(provider, Fast, new() { Seed = 1 })).Text());
        Assert.NotEqual(text, (await AskAsync(provider, Fast, null, "another prompt")).Text());
    }

    [Fact]
    public async Task It_says_what_it_is()
    {
        var updates = await AskAsync(Simulated(), Fast);

        Assert.StartsWith("Simulated reply, no model was asked:", updates.Text());
        Assert.StartsWith("simulated:", updates[^1].ModelId);
    }

    [Fact]
    public async Task Length_and_chunks_are_as_asked()
    {
        var updates = await AskAsync(Simulated(), Fast + "&words=100&chunks=9");

        Assert.Equal(100, updates.Text().Split(' ').Length);
        Assert.Equal(9, updates.Count(update => update.Text.Length > 0));
        Assert.Equal((2, 100), (updates.Usage()!.InputTokenCount, updates.Usage()!.OutputTokenCount));
        Assert.Equal(ChatFinishReason.Stop, updates[^1].FinishReason);
    }

    [Fact]
    public async Task The_token_limit_cuts_and_says_so()
    {
        var updates = await AskAsync(Simulated(), Fast, new() { MaxOutputTokens = 3 });

        Assert.Equal("Simulated reply, no", updates.Text());
        Assert.Equal(ChatFinishReason.Length, updates[^1].FinishReason);
    }

    [Theory]
    [InlineData(48)]
    [InlineData(5)]
    public async Task A_stop_text_cuts_wherever_it_lies(int chunks)
    {
        var updates = await AskAsync(Simulated(), $"{Fast}&chunks={chunks}", new() { Stop = ["never", "was ask"] });

        Assert.Equal("Simulated reply, no model ", updates.Text());
        Assert.Equal(ChatFinishReason.Stop, updates[^1].FinishReason);
    }

    [Theory]
    [InlineData("fail=RateLimited&retryAfter=2s", FailureReason.RateLimited, 0)]
    [InlineData("fail=providerUnavailable&failAfter=10", FailureReason.ProviderUnavailable, 10)]
    [InlineData("fail=ContextLengthExceeded", FailureReason.ContextLengthExceeded, 0)]
    [InlineData("finish=none", FailureReason.IncompleteStream, 48)]
    public async Task It_fails_as_asked(string how, FailureReason reason, int chunksBefore)
    {
        var seen = 0;
        var failure = await Assert.ThrowsAsync<ProviderException>(async () =>
        {
            await foreach (var _ in Stream(Simulated(), $"{Fast}&{how}")) seen++;
        });

        Assert.Equal((reason, chunksBefore), (failure.Reason, seen));
        Assert.Equal(how.Contains("retryAfter") ? TimeSpan.FromSeconds(2) : null, failure.RetryAfter);
    }

    [Fact]
    public async Task It_fails_as_often_as_asked_and_then_succeeds()
    {
        using var provider = Simulated();
        for (var i = 0; i < 2; i++)
            await Assert.ThrowsAsync<ProviderException>(() => AskAsync(provider, Fast + "&fail=ProviderError&failTimes=2"));

        Assert.NotEmpty(await AskAsync(provider, Fast + "&fail=ProviderError&failTimes=2"));
    }

    [Theory]
    [InlineData("speed=3", "has no setting 'speed'. Settings: first, interval")]
    [InlineData("fail=Sometimes", "'fail' is 'Sometimes': it is one of InvalidRequest")]
    [InlineData("first=10", "'first' is '10': it is a time")]
    [InlineData("words=0", "'words' is '0'")]
    [InlineData("finish=never", "it is one of stop, length")]
    public void A_wrong_setting_is_refused_with_the_choices(string setting, string message)
    {
        var refusal = Assert.Throws<ProviderException>(() => Stream(Simulated(), "default?" + setting));

        Assert.Equal(FailureReason.InvalidRequest, refusal.Reason);
        Assert.Contains(message, refusal.Message);
    }

    [Fact]
    public async Task The_pace_is_the_clocks()
    {
        var time = new FakeTimeProvider();
        using var provider = new Provider("simulated", ShippedKind.Simulated, new(), time);
        await using var updates = Stream(provider, "default?first=2s&interval=1s&words=3").GetAsyncEnumerator(TestContext.Current.CancellationToken);

        foreach (var wait in new[] { 2, 1, 1 })
        {
            var next = updates.MoveNextAsync().AsTask();
            time.Advance(TimeSpan.FromSeconds(wait) - TimeSpan.FromMilliseconds(1));
            Assert.False(next.IsCompleted);
            time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.True(await next);
        }
    }

    [Fact]
    public async Task A_stalled_stream_ends_with_its_token()
    {
        using var cancel = new CancellationTokenSource();
        await using var updates = Simulated().Stream(null, Fast + "&stallAfter=1", ProviderFixture.Messages, cancel.Token).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await updates.MoveNextAsync());
        var stalled = updates.MoveNextAsync().AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Until.DoneAsync(stalled));
    }

    [Fact]
    public async Task Two_thousand_streams_run_side_by_side()
    {
        using var provider = Simulated();
        var lengths = await Task.WhenAll(Enumerable.Range(0, 2_000).Select(async i => (await AskAsync(provider, "default?first=50ms&interval=20ms&words=20", null, $"prompt {i}")).Text().Split(' ').Length));

        Assert.All(lengths, length => Assert.Equal(20, length));
    }

    private static Provider Simulated() => new("simulated", ShippedKind.Simulated, new(), TimeProvider.System);

    private static ThrowingStream Stream(Provider provider, string model, GenerationOptions? options = null, string prompt = "two words") =>
        provider.Stream(options, model, [new(ChatRole.User, prompt)], TestContext.Current.CancellationToken);

    private static Task<List<ChatResponseUpdate>> AskAsync(Provider provider, string model, GenerationOptions? options = null, string prompt = "two words") =>
        Stream(provider, model, options, prompt).ReadAsync();
}
