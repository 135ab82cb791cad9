using Millrace.Contracts;
using Millrace.Providers.Failures;

namespace Millrace.Tests.Providers;

/// <summary>What a thrown failure says, as if the exception said it.</summary>
internal static class ThrownFailure
{
    extension(ProviderException thrown)
    {
        public FailureReason Reason => thrown.Failure.Reason;

        public bool Retryable => thrown.Failure.Retryable;

        public int? HttpStatus => thrown.Failure.HttpStatus;

        public string? Code => thrown.Failure.Code;

        public string? Param => thrown.Failure.Param;

        public string? ProviderMessage => thrown.Failure.ProviderMessage;

        public TimeSpan? RetryAfter => thrown.Failure.RetryAfter;

        public string? RequestId => thrown.Failure.RequestId;

        public bool CircuitOpen => thrown.Failure.CircuitOpen;
    }
}
