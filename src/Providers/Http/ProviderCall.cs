using Millrace.Providers.Failures;

namespace Millrace.Providers.Http;

/// <summary>
/// One call on its way through an SDK. The SDKs neither pass request options through nor always keep the token, so the call
/// travels beside them, in the flow of execution, to the handler at the bottom.
/// </summary>
public sealed class ProviderCall(string provider, string model, CancellationToken aborted)
{
    private static readonly AsyncLocal<ProviderCall?> Flow = new();

    /// <summary>The call that the running code belongs to. Set it inside the async method that opens the stream; it ends with that method.</summary>
    public static ProviderCall? Current
    {
        get => Flow.Value;
        set => Flow.Value = value;
    }

    public string Provider { get; } = provider;

    public string Model { get; } = model;

    /// <summary>Fires when the connection is to be closed, for whatever reason.</summary>
    public CancellationToken Aborted { get; } = aborted;

    /// <summary>The provider's id of the call, known with the response's headers.</summary>
    public string? RequestId { get; set; }

    /// <summary>
    /// What the provider refused, before anything of an answer. The SDK sees an empty answer in its place: an exception would be thrown again by every
    /// await of the SDK and of ours.
    /// </summary>
    public Failure? Refusal { get; set; }

    /// <summary>What the headers say of the model's rate, where they do.</summary>
    public RateLimitHeaders? Rates { get; set; }
}
