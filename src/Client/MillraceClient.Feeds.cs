using Millrace.Client.Streaming;
using Millrace.Contracts;

namespace Millrace.Client;

/// <content>How a call comes to its feed: listen first, then send or ask.</content>
public sealed partial class MillraceClient
{
    /// <summary>Listens, does what comes first, then sends and waits for the answer.</summary>
    internal Task<GenerationCompleted> GenerateAsync(GenerateRequested request, Func<CancellationToken, Task>? first, CancellationToken cancellationToken)
    {
        Check(request);
        var feed = connection.CreateFeed(request, withChunks: false);
        return CompleteAsync(feed, connection.OpenAsync(feed, request, first, cancellationToken), cancellationToken);
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

    /// <summary>A generation that fails is a task that has failed: it is thrown where its caller awaits it, and not by each await on the way.</summary>
    private Task<GenerationCompleted> CompleteAsync(GenerationFeed feed, Task opened, CancellationToken cancellationToken) =>
        EndedAsync(feed, opened, cancellationToken).Unwrap();

    private async Task<Task<GenerationCompleted>> EndedAsync(GenerationFeed feed, Task opened, CancellationToken cancellationToken)
    {
        try
        {
            await opened;
            var completion = feed.Completion.WaitAsync(cancellationToken);
            await ((Task)completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return completion;
        }
        finally
        {
            connection.Leave(feed);
        }
    }
}
