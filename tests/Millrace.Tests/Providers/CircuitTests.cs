using Microsoft.Extensions.Time.Testing;
using Millrace.Contracts;
using Millrace.Providers.Failures;
using Millrace.Providers.Registry;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using Polly.CircuitBreaker;

namespace Millrace.Tests.Providers;

[Integration]
public sealed class CircuitTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public async Task A_provider_that_keeps_failing_is_not_asked_until_the_break_is_over()
    {
        await using var server = await ScriptedProvider.StartAsync(Wire.OpenAI);
        server.Respond(call => call.Refuse(503));
        using var provider = server.Provider(Wire.OpenAI, options => options.Circuit = new() { MinimumThroughput = 4 }, time);
        for (var i = 0; i < 4; i++) Assert.False((await FailAsync(provider)).CircuitOpen);

        time.Advance(TimeSpan.FromSeconds(5));
        var refused = await FailAsync(provider);

        Assert.Equal((FailureReason.ProviderUnavailable, true), (refused.Reason, refused.CircuitOpen));
        Assert.Equal(TimeSpan.FromSeconds(10), refused.RetryAfter);
        Assert.Contains("circuit open", refused.Message);
        Assert.Equal(4, server.Calls.Count);
        Assert.Equal(CircuitState.Open, provider.Circuit.State);

        server.Respond(call => call.Text("back").Stop());
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("back", (await provider.Ask().ReadAsync()).Text());
        Assert.Equal(CircuitState.Closed, provider.Circuit.State);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(429)]
    public async Task A_refused_request_is_no_fault_of_the_provider(int status)
    {
        await using var server = await ScriptedProvider.StartAsync(Wire.OpenAI);
        server.Respond(call => call.Refuse(status));
        using var provider = server.Provider(Wire.OpenAI, options => options.Circuit = new() { MinimumThroughput = 2 }, time);

        for (var i = 0; i < 6; i++) Assert.False((await FailAsync(provider)).CircuitOpen);

        Assert.Equal(6, server.Calls.Count);
    }

    [Fact]
    public async Task What_goes_wrong_after_the_first_token_does_not_open_it()
    {
        await using var server = await ScriptedProvider.StartAsync(Wire.OpenAI);
        server.Respond(call => call.Text("Hel").Error());
        using var provider = server.Provider(Wire.OpenAI, options => options.Circuit = new() { MinimumThroughput = 2 }, time);

        for (var i = 0; i < 6; i++) Assert.Equal(FailureReason.ProviderError, (await FailAsync(provider)).Reason);

        Assert.Equal(CircuitState.Closed, provider.Circuit.State);
    }

    private static Task<ProviderException> FailAsync(Provider provider) => Assert.ThrowsAsync<ProviderException>(() => provider.Ask().ReadAsync());
}
