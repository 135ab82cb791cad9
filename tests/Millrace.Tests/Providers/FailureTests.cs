using Microsoft.Extensions.Time.Testing;
using Millrace.Contracts;
using Millrace.Providers.Failures;
using Millrace.Providers.Registry;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using Xunit;

namespace Millrace.Tests.Providers;

/// <summary>Each way to fail, on each wire, is the same reason.</summary>
[Integration]
public sealed class FailureTests
{
    public static TheoryData<Wire, int, FailureReason> Refusals()
    {
        var data = new TheoryData<Wire, int, FailureReason>();
        foreach (var wire in Enum.GetValues<Wire>())
            foreach (var (status, reason) in new[]
            {
                (301, FailureReason.ProviderError), (400, FailureReason.InvalidRequest), (401, FailureReason.Authentication),
                (402, FailureReason.QuotaExceeded), (403, FailureReason.Authentication), (404, FailureReason.ModelNotFound),
                (408, FailureReason.ProviderUnavailable), (409, FailureReason.ProviderUnavailable), (413, FailureReason.InvalidRequest),
                (422, FailureReason.InvalidRequest), (429, FailureReason.RateLimited), (500, FailureReason.ProviderError),
                (502, FailureReason.ProviderUnavailable), (503, FailureReason.ProviderUnavailable), (504, FailureReason.ProviderUnavailable),
                (529, FailureReason.ProviderUnavailable),
            })
                data.Add(wire, status, reason);
        return data;
    }

    [Theory, MemberData(nameof(Refusals))]
    public async Task A_refusal_is_told_by_its_status(Wire wire, int status, FailureReason reason)
    {
        var failure = await FailAsync(wire, call => call.Refuse(status, headers: ("request-id", "req-5")));

        Assert.Equal(reason, failure.Reason);
        Assert.Equal(reason.IsRetryable(), failure.Retryable);
        Assert.Equal(status, failure.HttpStatus);
        Assert.Equal("req-5", failure.RequestId);
        Assert.Null(failure.RetryAfter);
        Assert.Contains($"'canary' answered {status}", failure.Message);
        Assert.Contains("'test-model'", failure.Message);
    }

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

    [Theory]
    [InlineData("Retry-After", "20", 20)]
    [InlineData("Retry-After", "1.5", 1.5)]
    [InlineData("retry-after-ms", "250", 0.25)]
    [InlineData("Retry-After", "99999999999", 86400)]
    [InlineData("Retry-After", "-3", 0)]
    public async Task The_wait_that_a_provider_asks_for_is_passed_on(string header, string value, double seconds)
    {
        foreach (var wire in Enum.GetValues<Wire>())
            Assert.Equal(TimeSpan.FromSeconds(seconds), (await FailAsync(wire, call => call.Refuse(429, headers: (header, value)))).RetryAfter);
    }

    [Fact]
    public async Task The_wait_can_be_a_date()
    {
        var time = new FakeTimeProvider();
        var at = time.GetUtcNow().AddMinutes(5);

        Assert.Equal(TimeSpan.FromMinutes(5), (await FailAsync(Wire.Anthropic, call => call.Refuse(429, headers: ("Retry-After", at.ToString("R"))), time)).RetryAfter);
    }

    [Theory, EachWire]
    public async Task A_refused_connection_is_ProviderUnavailable(Wire wire)
    {
        using var provider = ProviderFixture.Provider(new Uri($"http://127.0.0.1:{FreePorts.Next()}/v1"), wire);

        var failure = await Assert.ThrowsAsync<ProviderException>(() => provider.Ask().ReadAsync());

        Assert.Equal(FailureReason.ProviderUnavailable, failure.Reason);
        Assert.Contains("ConnectionError", failure.Message);
    }

    [Fact]
    public async Task An_unknown_host_is_ProviderUnavailable()
    {
        using var provider = ProviderFixture.Provider(new Uri("http://no-such-host.invalid/v1"), Wire.OpenAI);

        Assert.Equal(FailureReason.ProviderUnavailable, (await Assert.ThrowsAsync<ProviderException>(() => provider.Ask().ReadAsync())).Reason);
    }

    [Theory, EachWire]
    public async Task A_connection_that_breaks_before_the_answer_is_ProviderUnavailable(Wire wire) =>
        Assert.Equal(FailureReason.ProviderUnavailable, (await FailAsync(wire, call => call.Cut())).Reason);

    [Theory, EachWire]
    public async Task A_connection_that_breaks_in_the_stream_is_IncompleteStream(Wire wire)
    {
        var seen = new TaskCompletionSource(); // a reset overtakes what was sent just before it
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(call => call.Text("Hel").HoldUntil(seen.Task).Cut());
        using var provider = server.Provider(wire);

        var failure = await Assert.ThrowsAsync<ProviderException>(async () =>
        {
            await foreach (var update in provider.Ask()) seen.TrySetResult();
        });

        Assert.Equal(FailureReason.IncompleteStream, failure.Reason);
    }

    [Theory, EachWire]
    public async Task A_clean_end_without_a_finish_reason_is_IncompleteStream(Wire wire) =>
        Assert.Equal(FailureReason.IncompleteStream, (await FailAsync(wire, call => call.Text("Hel", "lo"))).Reason);

    [Theory, EachWire]
    public async Task An_empty_answer_is_IncompleteStream(Wire wire) =>
        Assert.Equal(FailureReason.IncompleteStream, (await FailAsync(wire, call => call.Raw(""))).Reason);

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

    [Theory, EachWire]
    public async Task A_web_page_instead_of_a_stream_is_ProviderError(Wire wire)
    {
        var failure = await FailAsync(wire, call => call.Header("Content-Type", "text/html").Raw("<html>Welcome</html>"));

        Assert.Equal(FailureReason.ProviderError, failure.Reason);
        Assert.Contains("check its Endpoint", failure.Message);
    }

    [Theory, EachWire]
    public async Task An_answer_that_the_filter_held_back_is_ContentFiltered_and_a_partial_one_is_not(Wire wire)
    {
        Assert.Equal(FailureReason.ContentFiltered, (await FailAsync(wire, call => call.Open().Finish("content_filter"))).Reason);

        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(call => call.Text("Some").Finish("content_filter"));
        using var provider = server.Provider(wire);
        var updates = await provider.Ask().ReadAsync();
        Assert.Equal("Some", updates.Text());
        Assert.Equal("content_filter", updates[^1].FinishReason!.Value.Value);
    }

    [Fact]
    public async Task A_refusal_in_place_of_an_answer_is_ContentFiltered()
    {
        const string Refusal = """data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"refusal":"I will not"},"finish_reason":null}]}""" + "\n\n";

        Assert.Equal(FailureReason.ContentFiltered, (await FailAsync(Wire.OpenAI, call => call.Open().Raw(Refusal).Stop())).Reason);
    }

    [Theory, EachWire]
    public async Task Nobody_but_the_worker_retries(Wire wire)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(call => call.Refuse(503, headers: [("Retry-After", "0"), ("x-should-retry", "true")]));
        using var provider = server.Provider(wire);

        await Assert.ThrowsAsync<ProviderException>(() => provider.Ask().ReadAsync());

        Assert.Single(server.Calls);
    }

    private static async Task<ProviderException> FailAsync(Wire wire, Action<ScriptedCall> script, TimeProvider? time = null)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(script);
        using var provider = server.Provider(wire, time: time);
        return await Assert.ThrowsAsync<ProviderException>(() => provider.Ask().ReadAsync());
    }
}
