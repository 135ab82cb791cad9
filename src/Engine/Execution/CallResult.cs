using Millrace.Engine.Runs;
using Millrace.Providers.Failures;

namespace Millrace.Engine.Execution;

/// <summary>
/// What became of a provider call: an answer, a failure, or neither, when the run has left this worker. A failure is a value on its way from the call to
/// the end of the run: an exception would be thrown again by every await between them.
/// </summary>
public readonly record struct CallResult(Answer? Answer, ProviderException? Failure)
{
    /// <summary>The run has been parked or sent to another lane.</summary>
    public static CallResult Left { get; }

    public static CallResult Of(Answer answer) => new(answer, null);

    public static CallResult Of(ProviderException failure) => new(null, failure);
}
