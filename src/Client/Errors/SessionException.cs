using Millrace.Contracts;

namespace Millrace.Client.Errors;

/// <summary>What was asked about a session was not done, and nothing has changed: it is not there, it is busy, or a rule is broken.</summary>
public sealed class SessionException(SessionProblem problem, string message) : Exception(message)
{
    /// <summary>What kind of problem. <see cref="SessionProblem.Busy"/> passes by itself; the others need another request.</summary>
    public SessionProblem Problem { get; } = problem;
}
