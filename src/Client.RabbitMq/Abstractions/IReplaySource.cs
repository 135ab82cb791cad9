using Millrace.Contracts;

namespace Millrace.Client.RabbitMq.Abstractions;

/// <summary>
/// Where a client reads what a stream has missed. Without one among the service's services a worker is asked over the broker; a process that can reach the
/// log itself, like the gateway, reads it there, and needs no worker for it.
/// </summary>
public interface IReplaySource
{
    /// <summary>Asks for a page of a generation's chunks. Safe for concurrent use.</summary>
    /// <param name="question">Which generation, after which sequence, and how many at most.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The page, or null when it comes as an event.</returns>
    Task<ChunksReplayed?> AskAsync(ReplayRequested question, CancellationToken cancellationToken);
}
