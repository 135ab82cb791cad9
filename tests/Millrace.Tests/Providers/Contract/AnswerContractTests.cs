using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Providers.Failures;
using Millrace.Tests.Servers;
using static Millrace.Tests.Providers.ToolFixture;

namespace Millrace.Tests.Providers.Contract;

/// <summary>An answer, and what is none: the same at every kind.</summary>
[Integration]
public sealed class AnswerContractTests
{
    [Theory, EachKind]
    public async Task An_answer_arrives_in_pieces_with_its_reason_and_its_usage(string name)
    {
        await using var kind = await KindUnderTest.StartAsync(name);
        kind.Answers();
        using var provider = kind.Provider();

        var updates = await kind.Ask(provider).ReadAsync();

        Assert.StartsWith(kind.FirstWord, updates.Text(), StringComparison.Ordinal);
        Assert.True(updates.Count(update => update.Text.Length > 0) >= 2, "it came in pieces");
        Assert.Equal(ChatFinishReason.Stop, updates[^1].FinishReason);
        Assert.True(updates.Usage() is { InputTokenCount: > 0, OutputTokenCount: 2 }, "it says what was used");
    }

    [Theory, EachKind]
    public async Task A_tool_call_arrives_whole_and_with_an_id(string name)
    {
        await using var kind = await KindUnderTest.StartAsync(name);
        kind.Calls("find", """{"city":"Oslo"}""");
        using var provider = kind.Provider();

        var updates = await kind.AskWithTools(provider, Find, Now).ReadAsync();

        var call = Assert.Single(updates.Calls());
        Assert.Equal(("find", """{"city":"Oslo"}"""), (call.Name, call.Json()));
        Assert.NotEmpty(call.CallId);
    }

    [Theory, EachKind]
    public async Task A_clean_end_without_a_reason_is_IncompleteStream(string name)
    {
        await using var kind = await KindUnderTest.StartAsync(name);
        kind.EndsWithoutReason();

        Assert.Equal(FailureReason.IncompleteStream, (await FailAsync(kind)).Reason);
    }

    [Theory, EachKind]
    public async Task What_fails_in_the_middle_has_said_what_it_said(string name)
    {
        await using var kind = await KindUnderTest.StartAsync(name);
        kind.FailsInStream();
        using var provider = kind.Provider();
        var text = "";

        var failure = await Assert.ThrowsAsync<ProviderException>(async () =>
        {
            await foreach (var update in kind.Ask(provider)) text += update.Text;
        });

        Assert.Equal((FailureReason.ProviderError, true), (failure.Reason, failure.Retryable));
        Assert.Equal(kind.FirstWord, text);
    }

    [Theory, EachKind]
    public async Task A_refusal_is_the_same_reason_everywhere(string name)
    {
        await using var kind = await KindUnderTest.StartAsync(name);
        foreach (var reason in new[]
        {
            FailureReason.InvalidRequest, FailureReason.Authentication, FailureReason.QuotaExceeded, FailureReason.ModelNotFound,
            FailureReason.RateLimited, FailureReason.ProviderError, FailureReason.ProviderUnavailable,
        })
        {
            kind.Refuses(reason, retryAfter: null);

            var failure = await FailAsync(kind);

            Assert.Equal((reason, reason.IsRetryable(), null), (failure.Reason, failure.Retryable, failure.RetryAfter));
        }
    }

    [Theory, EachKind]
    public async Task The_wait_that_is_asked_for_is_passed_on(string name)
    {
        await using var kind = await KindUnderTest.StartAsync(name);
        kind.Refuses(FailureReason.RateLimited, TimeSpan.FromSeconds(20));

        Assert.Equal(TimeSpan.FromSeconds(20), (await FailAsync(kind)).RetryAfter);
    }

    private static async Task<ProviderException> FailAsync(KindUnderTest kind)
    {
        using var provider = kind.Provider();
        return await Assert.ThrowsAsync<ProviderException>(() => kind.Ask(provider).ReadAsync());
    }
}
