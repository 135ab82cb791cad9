using Millrace.Contracts;
using Millrace.Providers.Failures;

namespace Millrace.Engine.Failures;

/// <summary>A generation cannot go on, and not because of a provider call. Thrown where a run has to be left from within; its failure is what is announced.</summary>
public sealed class GenerationException(Failure failure) : Exception(failure.Message)
{
    public GenerationException(FailureReason reason, string message) : this(new Failure(reason, message))
    {
    }

    public Failure Failure { get; } = failure;
}
