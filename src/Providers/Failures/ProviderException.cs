using Millrace.Contracts;

namespace Millrace.Providers.Failures;

/// <summary>
/// A failure of a provider call on its way through an adapter, or out of a stream that has begun. No cause is attached: its text could hold what was sent or
/// received. Outside of the providers a failure is a value.
/// </summary>
public sealed class ProviderException(Failure failure) : Exception(failure.Message)
{
    public ProviderException(FailureReason reason, string message) : this(new Failure(reason, message))
    {
    }

    public Failure Failure { get; } = failure;
}
