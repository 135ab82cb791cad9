using Millrace.Client.Errors;
using Millrace.Client.Streaming;
using Millrace.Contracts;

namespace Millrace.Client.Sessions;

/// <summary>Asks the workers about sessions.</summary>
internal sealed class SessionAsker(IFleetConnection connection, TimeProvider time)
{
    public Guid NewId() => Guid.CreateVersion7(time.GetUtcNow());

    /// <returns>An answer without a problem.</returns>
    /// <exception cref="SessionException">The answer is a problem.</exception>
    /// <exception cref="NoWorkersException">Nobody takes the request.</exception>
    /// <exception cref="FleetUnreachableException">No broker, or no answer in time.</exception>
    public async Task<SessionAnswered> AskAsync(SessionRequested request, CancellationToken cancellationToken)
    {
        var (answered, times) = await connection.AskAsync(request, cancellationToken);
        if (answered.Problem is not { } problem)
            return answered;
        return times > 1 && IsDeleted(request, problem)
            ? answered with { Problem = null, Message = null }
            : throw new SessionException(problem, answered.Message ?? $"{request.Operation} of session {request.SessionId} was refused: {problem}.");
    }

    /// <summary>What the first sending deleted is not there for the second.</summary>
    private static bool IsDeleted(SessionRequested request, SessionProblem problem) =>
        request.Operation == SessionOperation.Delete && problem == SessionProblem.NotFound;
}
