using System.Text.Json.Serialization;

namespace Millrace.Contracts;

/// <summary>
/// Why a generation failed. Whether the same request can succeed later follows from the reason alone:
/// <see cref="FailureReasons.IsRetryable"/>.
/// </summary>
[JsonConverter(typeof(EnumNameConverter<FailureReason>))]
public enum FailureReason
{
    /// <summary>A field of the request breaks a rule, or the provider refused it as invalid (400, 413, 422).</summary>
    InvalidRequest,

    /// <summary>The request names a provider that no worker has configured.</summary>
    UnknownProvider,

    /// <summary>The provider does not have the model (404).</summary>
    ModelNotFound,

    /// <summary>The provider refused the key or its rights (401, 403), or no key is configured.</summary>
    Authentication,

    /// <summary>The account's quota or money is used up (402, or 429 with a quota code).</summary>
    QuotaExceeded,

    /// <summary>The tenant's budget in this fleet has no room for the call. No call was made.</summary>
    BudgetExceeded,

    /// <summary>Too many requests or tokens a minute (429). Retryable.</summary>
    RateLimited,

    /// <summary>The conversation is longer than the model's context.</summary>
    ContextLengthExceeded,

    /// <summary>The provider's filter held the answer back.</summary>
    ContentFiltered,

    /// <summary>The provider cannot be reached or is overloaded (refused connection, 408, 502, 503, 504, 529). Retryable.</summary>
    ProviderUnavailable,

    /// <summary>The provider failed or answered in a form that cannot be read (500, malformed stream, error event). Retryable.</summary>
    ProviderError,

    /// <summary>The stream ended without the provider's sign that it was complete. Retryable.</summary>
    IncompleteStream,

    /// <summary>No first piece in time (60 s by default). Retryable.</summary>
    FirstTokenTimeout,

    /// <summary>A pause between two pieces was too long (60 s by default). Retryable.</summary>
    IdleTimeout,

    /// <summary>One provider call took too long as a whole (15 min by default).</summary>
    TotalTimeout,

    /// <summary>The session was generating, and the request asked not to wait. Retryable.</summary>
    SessionBusy,

    /// <summary>The request's <c>NotAfter</c> passed before the provider could answer.</summary>
    Expired,

    /// <summary>The request asks for something that the provider, or this version, does not have.</summary>
    UnsupportedFeature,

    /// <summary>The model went on calling tools past <c>MaxSteps</c>.</summary>
    ToolLoopExceeded,

    /// <summary>
    /// The answer grew past the worker's cap (1,000,000 characters by default), or its tool calls reached the output limit of the request, the provider
    /// or the model; such calls are not made.
    /// </summary>
    OutputLimitExceeded,

    /// <summary>The answer was no JSON, or broke the request's schema, also after the model had been told.</summary>
    InvalidOutput,

    /// <summary>A fault of Millrace itself; the worker's log has it under the generation's id.</summary>
    Internal,
}
