using Microsoft.Extensions.Time.Testing;
using Millrace.Contracts;
using Millrace.Providers.Failures;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Providers;

/// <summary>Ways to fail that are particular to a wire. What each kind does alike is in <c>RefusalContractTests</c>.</summary>
[Integration]
public sealed class FailureTests
{
    [Theory]
    [InlineData(400, "context_length_exceeded", FailureReason.ContextLengthExceeded)]
    [InlineData(400, "content_filter", FailureReason.ContentFiltered)]
    [InlineData(400, "content_policy_violation", FailureReason.ContentFiltered)]
    [InlineData(429, "insufficient_quota", FailureReason.QuotaExceeded)]
    [InlineData(429, "rate_limit_exceeded", FailureReason.RateLimited)]
    [InlineData(400, "model_not_found", FailureReason.ModelNotFound)]
    [InlineData(400, "invalid_api_key", FailureReason.Authentication)]
    public async Task A_known_error_code_says_more_than_the_status(int status, string code, FailureReason reason)
    {
        var failure = await FailAsync(Wire.OpenAI, call => call.Refuse(status, code));

        Assert.Equal(reason, failure.Reason);
        Assert.Contains(code, failure.Message);
    }

    [Fact]
    public async Task The_wait_can_be_a_date()
    {
        var time = new FakeTimeProvider();
        var at = time.GetUtcNow().AddMinutes(5);

        Assert.Equal(TimeSpan.FromMinutes(5), (await FailAsync(Wire.Anthropic, call => call.Refuse(429, headers: ("Retry-After", at.ToString("R"))), time)).RetryAfter);
    }

    [Fact]
    public async Task An_unknown_host_is_ProviderUnavailable()
    {
        using var provider = ProviderFixture.Provider(new Uri("http://no-such-host.invalid/v1"), Wire.OpenAI);

        Assert.Equal(FailureReason.ProviderUnavailable, (await Assert.ThrowsAsync<ProviderException>(() => provider.Ask().ReadAsync())).Reason);
    }

    [Theory]
    [InlineData(Wire.OpenAI)]
    [InlineData(Wire.Anthropic)]
    public async Task A_tool_call_that_breaks_off_is_IncompleteStream(Wire wire)
    {
        Assert.Equal(FailureReason.IncompleteStream, (await FailAsync(wire, call => call.HalfToolCall("find", """{"city":"Oslo"}"""))).Reason);
        Assert.Equal(FailureReason.IncompleteStream, (await FailAsync(wire, call => call.HalfToolCall("find", """{"city":"Oslo"}""").Finish("tool_calls"))).Reason);
    }

    [Theory]
    [InlineData(Wire.OpenAI, "server_error", FailureReason.ProviderError)]
    [InlineData(Wire.OpenAI, "rate_limit_exceeded", FailureReason.RateLimited)]
    [InlineData(Wire.OpenAI, "503", FailureReason.ProviderUnavailable)]
    [InlineData(Wire.Anthropic, "overloaded_error", FailureReason.ProviderUnavailable)]
    [InlineData(Wire.Anthropic, "api_error", FailureReason.ProviderError)]
    [InlineData(Wire.Ollama, "anything", FailureReason.ProviderError)]
    public async Task An_error_event_in_the_stream_is_told_by_its_code(Wire wire, string code, FailureReason reason)
    {
        Assert.Equal(reason, (await FailAsync(wire, call => call.Text("Hel").Error(code))).Reason);
        Assert.Equal(reason, (await FailAsync(wire, call => call.Error(code))).Reason);
    }

    [Theory]
    [InlineData(Wire.OpenAI, "data: {rubbish\n\n")]
    [InlineData(Wire.OpenAI, "data: [1,2]\n\n")]
    [InlineData(Wire.Anthropic, "event: content_block_delta\ndata: {rubbish\n\n")]
    [InlineData(Wire.Ollama, "{rubbish\n")]
    [InlineData(Wire.Ollama, "[1,2]\n")]
    public async Task A_malformed_stream_is_ProviderError(Wire wire, string rubbish) =>
        Assert.Equal(FailureReason.ProviderError, (await FailAsync(wire, call => call.Text("Hel").Raw(rubbish).Stop())).Reason);

    [Fact]
    public async Task A_refusal_in_place_of_an_answer_is_ContentFiltered()
    {
        const string Refusal = """data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"refusal":"I will not"},"finish_reason":null}]}""" + "\n\n";

        Assert.Equal(FailureReason.ContentFiltered, (await FailAsync(Wire.OpenAI, call => call.Open().Raw(Refusal).Stop())).Reason);
    }

    private static async Task<ProviderException> FailAsync(Wire wire, Action<ScriptedCall> script, TimeProvider? time = null)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(script);
        using var provider = server.Provider(wire, time: time);
        return await Assert.ThrowsAsync<ProviderException>(() => provider.Ask().ReadAsync());
    }
}
