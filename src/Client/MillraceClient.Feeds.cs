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
        var feed = inbox.CreateFeed(request.GenerationId, submittedHere: true, withChunks: false);
        return await CompleteAsync(feed, OpenAsync(feed, request, first, cancellationToken), cancellationToken);
    }

    /// <summary>Listens, does what comes first, then sends and streams.</summary>
    internal GenerationStream StreamAsync(GenerateRequested request, Func<CancellationToken, Task>? first, CancellationToken cancellationToken)
    {
        Check(request);
        var feed = inbox.CreateFeed(request.GenerationId, submittedHere: true, withChunks: true);
        return new GenerationStream(inbox, feed, OpenAsync(feed, request, first, cancellationToken), cancellationToken);
    }

    private Task SendAsync(GenerateRequested request, CancellationToken cancellationToken)
    {
        inbox.Recent.Add(request.GenerationId, labelled: request.Channel is null);
        var labelled = request with { Channel = request.Channel ?? Channel };
        return publisher.PublishAsync(labelled, request.GenerationId, cancellationToken);
    }

    /// <summary>Listens, then sends, after what comes first.</summary>
    private Task OpenAsync(
        GenerationFeed feed, GenerateRequested request, Func<CancellationToken, Task>? first, CancellationToken cancellationToken) =>
        inbox.OpenAsync(
            feed,
            anyChannel: request.Channel is not null,
            async () =>
            {
                if (first is not null)
                    await first(cancellationToken);
                await SendAsync(request, cancellationToken);
            },
            cancellationToken);

    private GenerationFeed Feed(Guid generationId, bool withChunks, long afterSequence)
    {
        Check(generationId);
        return inbox.CreateFeed(generationId, inbox.Recent.Find(generationId) is not null, withChunks, afterSequence);
    }

    /// <summary>Listens, then asks the log for what has been.</summary>
    private Task JoinAsync(GenerationFeed feed, CancellationToken cancellationToken)
    {
        var submission = inbox.Recent.Find(feed.Id);
        if (submission?.Rejected is { } rejected)
        {
            feed.Fail(new RequestRejectedException(rejected));
            return Task.CompletedTask;
        }

        return inbox.OpenAsync(
            feed,
            anyChannel: submission is not { Labelled: true },
            () =>
            {
                inbox.AskNow(feed);
                return Task.CompletedTask;
            },
            cancellationToken);
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
            inbox.Leave(feed);
        }
    }
}
