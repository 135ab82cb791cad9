using Millrace.Client.Inbox;
using Millrace.Client.Requests;
using Millrace.Contracts;

namespace Millrace.Client.Sessions;

/// <summary>
/// Asks the workers about sessions. An answer can be lost with a connection, and a request does its work once however often it arrives: so it
/// is repeated, under the same id, until it is answered.
/// </summary>
internal sealed class SessionAsker(ClientInbox inbox, RequestPublisher publisher, MillraceClientOptions options, TimeProvider time)
{
    public Guid NewId() => Guid.CreateVersion7(time.GetUtcNow());

    /// <returns>An answer without a problem.</returns>
    /// <exception cref="SessionException">The answer is a problem.</exception>
    /// <exception cref="NoWorkersException">Nobody takes the request.</exception>
    /// <exception cref="FleetUnreachableException">No broker, or no answer in time.</exception>
    public async Task<SessionAnswered> AskAsync(SessionRequested request, CancellationToken cancellationToken)
    {
        await inbox.ReadyAsync(cancellationToken);
        using var deadline = new CancellationTokenSource(options.AnswerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var (answered, times) = await RepeatAsync(request with { Channel = inbox.Label }, either.Token);
            if (answered.Problem is { } problem && !(times > 1 && IsDeleted(request, problem)))
                throw new SessionException(problem, answered.Message ?? $"{request.Operation} of session {request.SessionId} was refused: {problem}.");
            return answered;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new FleetUnreachableException(
                $"No worker answered within {options.AnswerTimeout.TotalSeconds:0.###} s what was asked about a session ({request.Operation}). " +
                "Is one running? It may have been done nevertheless.");
        }
        finally
        {
            inbox.Answers.Forget(request.RequestId);
        }
    }

    private async Task<(SessionAnswered Answered, int Times)> RepeatAsync(SessionRequested request, CancellationToken cancellationToken)
    {
        var answer = inbox.Answers.Expect(request.RequestId);
        for (var times = 1; ; times++)
        {
            await publisher.PublishAsync(request, messageId: null, cancellationToken);
            try
            {
                return (await answer.WaitAsync(options.AnswerRetry, time, cancellationToken), times);
            }
            catch (TimeoutException)
            {
                // Lost, or late.
            }
        }
    }

    /// <summary>What the first sending deleted is not there for the second.</summary>
    private static bool IsDeleted(SessionRequested request, SessionProblem problem) =>
        request.Operation == SessionOperation.Delete && problem == SessionProblem.NotFound;
}
