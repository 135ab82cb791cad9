using Millrace.Contracts;

namespace Millrace.Providers.Failures;

/// <summary>
/// Why a provider call or a whole generation has failed, or was refused before it began. A value: it is returned and not thrown. The message is ours and safe to
/// publish: it names provider, model, status and error code, and never holds what was sent or received.
/// </summary>
public sealed record Failure(FailureReason Reason, string Message)
{
    /// <summary>True when the same call can succeed at another time.</summary>
    public bool Retryable => Reason.IsRetryable();

    /// <summary>The answer's status, when there was an answer.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>The provider's code for the error, or its type.</summary>
    public string? Code { get; init; }

    /// <summary>The member of the body that the provider refused, by the provider's name.</summary>
    public string? Param { get; init; }

    /// <summary>The provider's own words, where a setting lets them out: they may quote the prompt.</summary>
    public string? ProviderMessage { get; init; }

    /// <summary>How long the provider asked to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The provider's own id of the call, for its support.</summary>
    public string? RequestId { get; init; }

    /// <summary>True when the provider was not asked, because it kept failing.</summary>
    public bool CircuitOpen { get; init; }

    /// <summary>Without the provider's words, which must not get into a log by accident.</summary>
    public override string ToString() => $"{Reason}: {Message}";
}
