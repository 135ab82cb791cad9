using Microsoft.Extensions.AI;
using Millrace.Providers.Adapters;
using Millrace.Providers.Failures;
using Millrace.Providers.Http;
using Millrace.Providers.Streaming;

namespace Millrace.Providers.Registry;

/// <summary>
/// One call to a provider, made when it is enumerated, once. The enumeration ends with the answer, or where it went wrong: look at <see cref="Failure"/>.
/// It throws <see cref="OperationCanceledException"/> alone, with the caller's token. Leaving it early closes the connection.
/// </summary>
public sealed class ProviderStream(
    Provider provider, string model, IReadOnlyList<ChatMessage> messages, MappedOptions options, CancellationToken caller)
    : IAsyncEnumerable<ChatResponseUpdate>
{
    private ProviderCall? call;

    /// <summary>Why there is no whole answer, when the enumeration has ended; null when there is one.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>Options of the request that this provider cannot take, by their names in the request's JSON.</summary>
    public IReadOnlyList<string> IgnoredOptions => options.Ignored;

    /// <summary>The provider's own id of the call, known from the first update on, where it gives one.</summary>
    public string? RequestId => call?.RequestId;

    /// <summary>What the provider's headers say of the model's rate, known from the first update or the refusal on, where they do.</summary>
    public RateLimitHeaders? Rates => call?.Rates;

    /// <remarks>1 open, under the circuit breaker, up to the first token · 2 the rest, and at its end: was it complete? then its tool calls too</remarks>
    public async IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        using var either = cancellationToken.CanBeCanceled && cancellationToken != caller
            ? CancellationTokenSource.CreateLinkedTokenSource(caller, cancellationToken) : null;
        var cancelled = either?.Token ?? caller;
        using var deadlines = new Deadlines(provider.Options, provider.Time, cancelled);
        call = new(provider.Name, model, deadlines.Token);
        await using var guard = new StreamGuard(provider.Adapter, deadlines, call, cancelled);

        Failure = await provider.Circuit.RunAsync(call, () => guard.OpenAsync(messages, options.Chat));
        if (Failure is not null) yield break;
        foreach (var update in guard.Opening) yield return update;

        while (true)
        {
            ChatResponseUpdate? update;
            try
            {
                update = await guard.MoveNextAsync() ? guard.Take() : guard.End();
            }
            catch (Exception fault)
            {
                Failure = guard.Explain(fault);
                yield break;
            }
            if (update is not null) yield return update;
            if (guard.Ended) yield break;
        }
    }
}
