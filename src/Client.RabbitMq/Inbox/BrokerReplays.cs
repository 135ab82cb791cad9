using Millrace.Client.RabbitMq.Abstractions;
using Millrace.Client.RabbitMq.Requests;
using Millrace.Contracts;

namespace Millrace.Client.RabbitMq.Inbox;

/// <summary>Pages of the log by way of a worker, which answers with an event.</summary>
internal sealed class BrokerReplays(RequestPublisher publisher) : IReplaySource
{
    public async Task<ChunksReplayed?> AskAsync(ReplayRequested question, CancellationToken cancellationToken)
    {
        await publisher.PublishAsync(question, messageId: null, cancellationToken);
        return null;
    }
}
