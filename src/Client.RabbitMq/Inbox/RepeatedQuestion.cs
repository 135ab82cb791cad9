using Millrace.Client.Errors;
using Millrace.Client.RabbitMq.Options;
using Millrace.Client.RabbitMq.Requests;
using Millrace.Contracts;

namespace Millrace.Client.RabbitMq.Inbox;

/// <summary>
/// Asks the workers something that any of them answers. An answer can be lost with a connection, and a request does its work once however often it
/// arrives: so it is repeated, under the same id, until it is answered.
/// </summary>
internal sealed class RepeatedQuestion(ClientInbox inbox, RequestPublisher publisher, MillraceClientOptions options, TimeProvider time)
{
    /// <param name="request">What is asked; its channel is the inbox's label.</param>
    /// <param name="expect">Begins to wait for the answer.</param>
    /// <param name="about">What it is about, for the error.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The answer, and how often it was asked for.</returns>
    /// <exception cref="NoWorkersException">Nobody takes the request.</exception>
    /// <exception cref="FleetUnreachableException">No broker, or no answer in time.</exception>
    public async Task<(TAnswer Answer, int Times)> AskAsync<TRequest, TAnswer>(
        TRequest request, Func<Awaited<TAnswer>> expect, string about, CancellationToken cancellationToken) where TRequest : class
    {
        await inbox.ReadyAsync(cancellationToken);
        using var deadline = Deadline.After(options.AnswerTimeout, time, cancellationToken);
        using var awaited = expect();
        try
        {
            return await RepeatAsync(request, awaited.Answer, deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.HasPassed && !cancellationToken.IsCancellationRequested)
        {
            throw new FleetUnreachableException(
                $"No worker answered within {options.AnswerTimeout.TotalSeconds:0.###} s what was asked about {about}. " +
                "Is one running? It may have been done nevertheless.");
        }
    }

    private async Task<(TAnswer Answer, int Times)> RepeatAsync<TRequest, TAnswer>(
        TRequest request, Task<TAnswer> answer, CancellationToken cancellationToken) where TRequest : class
    {
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
}
