using Millrace.Client.Streaming;
using Millrace.Contracts;

namespace Millrace.Client;

/// <content>How a call comes to its feed: listen first, then send or ask.</content>
public sealed partial class MillraceClient
{
    /// <summary>Listens, does what comes first, then sends and waits for the answer.</summary>
    internal async Task<GenerationCompleted> GenerateAsync(GenerateRequested request, Func<CancellationToken, Task>? first, CancellationToken cancellationToken)
    {
        Check(request);
        var feed = connection.CreateFeed(request, withChunks: false);
        return await CompleteAsync(feed, connection.OpenAsync(feed, request, first, cancellationToken), cancellationToken);
    }

    /// <summary>Listens, does what comes first, then sends and streams.</summary>
    internal GenerationStream StreamAsync(GenerateRequested request, Func<CancellationToken, Task>? first, CancellationToken cancellationToken)
    {
        Check(request);
        var feed = connection.CreateFeed(request, withChunks: true);
        return new GenerationStream(connection, feed, connection.OpenAsync(feed, request, first, cancellationToken), cancellationToken);
    }

    private GenerationFeed Feed(Guid generationId, bool withChunks, long afterSequence)
    {
        Check(generationId);
        return connection.CreateFeed(generationId, withChunks, afterSequence);
    }

    private async Task<GenerationCompleted> CompleteAsync(GenerationFeed feed, Task opened, CancellationToken cancellationToken)
    {
        try
        {
            await opened;
            return await feed.Completion.WaitAsync(cancellationToken);
        }
        finally
        {
            connection.Leave(feed);
        }
    }
}
