using Millrace.Contracts;
using Millrace.Providers.Failures;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Providers.Contract;

/// <summary>What a server can do other than answer: each is the same reason, whatever its kind.</summary>
[Integration]
public sealed class RefusalContractTests
{
    private static readonly (int Status, FailureReason Reason)[] Statuses =
    [
        (301, FailureReason.ProviderError),
        (400, FailureReason.InvalidRequest),
        (401, FailureReason.Authentication),
        (402, FailureReason.QuotaExceeded),
        (403, FailureReason.Authentication),
        (404, FailureReason.ModelNotFound),
        (408, FailureReason.ProviderUnavailable),
        (409, FailureReason.ProviderUnavailable),
        (413, FailureReason.InvalidRequest),
        (422, FailureReason.InvalidRequest),
        (429, FailureReason.RateLimited),
        (500, FailureReason.ProviderError),
        (502, FailureReason.ProviderUnavailable),
        (503, FailureReason.ProviderUnavailable),
        (504, FailureReason.ProviderUnavailable),
        (529, FailureReason.ProviderUnavailable),
    ];

    public static TheoryData<string, int, FailureReason> Refusals() => new(
        from kind in KindUnderTest.All.All
        where kind.HasServer
        from refusal in Statuses
        select (kind.Name, refusal.Status, refusal.Reason));

    [Theory, MemberData(nameof(Refusals))]
    public async Task A_refusal_is_told_by_its_status(string name, int status, FailureReason reason)
    {
        var failure = await FailAsync(name, call => call.Refuse(status, headers: ("request-id", "req-5")));

        Assert.Equal(reason, failure.Reason);
        Assert.Equal(reason.IsRetryable(), failure.Retryable);
        Assert.Equal(status, failure.HttpStatus);
        Assert.Equal("req-5", failure.RequestId);
        Assert.Null(failure.RetryAfter);
        Assert.Contains($"'canary' answered {status}", failure.Message);
        Assert.Contains("'test-model'", failure.Message);
    }

    [Theory, EachKind(WithServer = true)]
    public async Task The_wait_that_a_provider_asks_for_is_passed_on(string name)
    {
        foreach (var (header, value, seconds) in new[]
        {
            ("Retry-After", "20", 20), ("Retry-After", "1.5", 1.5), ("retry-after-ms", "250", 0.25), ("Retry-After", "99999999999", 86400), ("Retry-After", "-3", 0),
        })
        {
            Assert.Equal(TimeSpan.FromSeconds(seconds), (await FailAsync(name, call => call.Refuse(429, headers: (header, value)))).RetryAfter);
            Assert.Equal(TimeSpan.FromSeconds(seconds), (await FailAsync(name, call => call.Refuse(402, headers: (header, value)))).RetryAfter);
        }
    }

    [Theory, EachKind(WithServer = true)]
    public async Task A_refused_connection_is_ProviderUnavailable(string name)
    {
        using var provider = ProviderFixture.Provider(new Uri($"http://127.0.0.1:{FreePorts.Next()}/v1"), KindUnderTest.All.Find(name)!);

        var failure = await Assert.ThrowsAsync<ProviderException>(() => provider.Ask().ReadAsync());

        Assert.Equal(FailureReason.ProviderUnavailable, failure.Reason);
        Assert.Contains("ConnectionError", failure.Message);
    }

    [Theory, EachKind(WithServer = true)]
    public async Task A_connection_that_breaks_before_the_answer_is_ProviderUnavailable(string name) =>
        Assert.Equal(FailureReason.ProviderUnavailable, (await FailAsync(name, call => call.Cut())).Reason);

    [Theory, EachKind(WithServer = true)]
    public async Task A_connection_that_breaks_in_the_stream_is_IncompleteStream(string name)
    {
        var seen = new TaskCompletionSource(); // a reset overtakes what was sent just before it
        await using var kind = await ServedKind.StartAsync(name);
        kind.Server.Respond(call => call.Text("Hel").HoldUntil(seen.Task).Cut());
        using var provider = kind.Provider();

        var failure = await Assert.ThrowsAsync<ProviderException>(async () =>
        {
            await foreach (var update in kind.Ask(provider)) seen.TrySetResult();
        });

        Assert.Equal(FailureReason.IncompleteStream, failure.Reason);
    }

    [Theory, EachKind(WithServer = true)]
    public async Task An_empty_answer_is_IncompleteStream(string name) =>
        Assert.Equal(FailureReason.IncompleteStream, (await FailAsync(name, call => call.Raw(""))).Reason);

    [Theory, EachKind(WithServer = true)]
    public async Task An_error_instead_of_an_answer_is_ProviderError(string name) =>
        Assert.Equal(FailureReason.ProviderError, (await FailAsync(name, call => call.Error("server_error"))).Reason);

    [Theory, EachKind(WithServer = true)]
    public async Task A_web_page_instead_of_a_stream_is_ProviderError(string name)
    {
        var failure = await FailAsync(name, call => call.Header("Content-Type", "text/html").Raw("<html>Welcome</html>"));

        Assert.Equal(FailureReason.ProviderError, failure.Reason);
        Assert.Contains("check its Endpoint", failure.Message);
    }

    [Theory, EachKind(WithServer = true)]
    public async Task An_answer_that_the_filter_held_back_is_ContentFiltered_and_a_partial_one_is_not(string name)
    {
        Assert.Equal(FailureReason.ContentFiltered, (await FailAsync(name, call => call.Open().Finish("content_filter"))).Reason);

        await using var kind = await ServedKind.StartAsync(name);
        kind.Server.Respond(call => call.Text("Some").Finish("content_filter"));
        using var provider = kind.Provider();
        var updates = await kind.Ask(provider).ReadAsync();
        Assert.Equal("Some", updates.Text());
        Assert.Equal("content_filter", updates[^1].FinishReason!.Value.Value);
    }

    [Theory, EachKind(WithServer = true)]
    public async Task Nobody_but_the_worker_retries(string name)
    {
        await using var kind = await ServedKind.StartAsync(name);
        kind.Server.Respond(call => call.Refuse(503, headers: [("Retry-After", "0"), ("x-should-retry", "true")]));
        using var provider = kind.Provider();

        await Assert.ThrowsAsync<ProviderException>(() => kind.Ask(provider).ReadAsync());

        Assert.Single(kind.Server.Calls);
    }

    private static async Task<ProviderException> FailAsync(string name, Action<ScriptedCall> script)
    {
        await using var kind = await ServedKind.StartAsync(name);
        kind.Server.Respond(script);
        using var provider = kind.Provider();
        return await Assert.ThrowsAsync<ProviderException>(() => kind.Ask(provider).ReadAsync());
    }
}
