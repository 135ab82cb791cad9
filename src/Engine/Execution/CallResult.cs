using Millrace.Engine.Runs;
using Millrace.Providers.Failures;

namespace Millrace.Engine.Execution;

/// <summary>
/// What became of a provider call, or of a run. A failure is a value on its way from the call to the end of the run: an exception would be thrown again by every
/// await between them.
/// </summary>
public abstract record CallResult
{
    private CallResult()
    {
    }

    public sealed record Answered(Answer Answer) : CallResult;

    public sealed record Failed(Failure Failure) : CallResult;

    /// <summary>The run has left this worker: it is parked, or on another lane.</summary>
    public sealed record Left : CallResult;
}
