using Millrace.Client.Inbox;
using Millrace.Client.Requests;
using Millrace.Contracts;

namespace Millrace.Client.Capabilities;

/// <summary>Asks the workers what models can do. The question is repeated until it is answered: an answer can be lost with a connection.</summary>
internal sealed class CapabilityAsker(ClientInbox inbox, RequestPublisher publisher, MillraceClientOptions options, TimeProvider time)
{
    /// <exception cref="ProviderNotFoundException">The answer is a problem.</exception>
    /// <exception cref="NoWorkersException">Nobody takes the request.</exception>
    /// <exception cref="FleetUnreachableException">No broker, or no answer in time.</exception>
    public async Task<IReadOnlyList<ModelCapabilities>> AskAsync(CapabilitiesRequested request, CancellationToken cancellationToken)
    {
        await inbox.ReadyAsync(cancellationToken);
        using var deadline = new CancellationTokenSource(options.AnswerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var answered = await RepeatAsync(request with { Channel = inbox.Label }, either.Token);
            return answered.Problem is { } problem ? throw new ProviderNotFoundException(problem) : answered.Models;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new FleetUnreachableException(
                $"No worker answered within {options.AnswerTimeout.TotalSeconds:0.###} s what a model can do. Is one of this version running?");
        }
        finally
        {
            inbox.Capabilities.Forget(request.RequestId);
        }
    }

    private async Task<CapabilitiesAnswered> RepeatAsync(CapabilitiesRequested request, CancellationToken cancellationToken)
    {
        var answer = inbox.Capabilities.Expect(request.RequestId);
        while (true)
        {
            await publisher.PublishAsync(request, messageId: null, cancellationToken);
            try
            {
                return await answer.WaitAsync(options.AnswerRetry, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // Lost, or late.
            }
        }
    }
}
