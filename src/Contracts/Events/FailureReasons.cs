namespace Millrace.Contracts;

/// <summary>What a <see cref="FailureReason"/> implies.</summary>
public static class FailureReasons
{
    /// <summary>True when the same request, unchanged, can succeed at another time.</summary>
    public static bool IsRetryable(this FailureReason reason) => reason is
        FailureReason.RateLimited or FailureReason.ProviderUnavailable or FailureReason.ProviderError or
        FailureReason.IncompleteStream or FailureReason.FirstTokenTimeout or FailureReason.IdleTimeout or FailureReason.SessionBusy;
}
