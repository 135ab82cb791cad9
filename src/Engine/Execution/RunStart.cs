using Millrace.Persistence.Generations;
using Millrace.Providers.Failures;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Execution;

/// <summary>Whether a claimed generation can go on, and with whom.</summary>
public abstract record RunStart
{
    private RunStart()
    {
    }

    public sealed record Ready(Candidate Candidate, Provider Provider) : RunStart;

    /// <summary>It has failed before its first call.</summary>
    /// <param name="Failure">Why.</param>
    /// <param name="Candidate">Whose turn it was, if that is known.</param>
    public sealed record Refused(Failure Failure, Candidate? Candidate) : RunStart;
}
