using Microsoft.Extensions.Logging;
using Millrace.Client.Errors;
using Millrace.Client.RabbitMq.Abstractions;
using Millrace.Client.Streaming;

namespace Millrace.Client.RabbitMq.Inbox;

/// <summary>Sends the questions that feeds have for the log: at once when a gap shows, and every so often for those that have gone silent.</summary>
internal sealed partial class ReplayAsker(
    FeedRegistry feeds, IReplaySource source, Action<Contracts.ChunksReplayed> answer, string channel, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource stopping = new();
    private Task loop = Task.CompletedTask;

    public TimeSpan Now => time.GetElapsedTime(0);

    public void Start() => loop = LoopAsync();

    /// <summary>Asks for the feed if it is time to. Never blocks and never throws.</summary>
    public void Ask(GenerationFeed feed)
    {
        if (feed.TryAsk(Now, channel) is { } question)
            _ = SendAsync(feed, question);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await loop;
        stopping.Dispose();
    }

    private async Task LoopAsync()
    {
        using var timer = new PeriodicTimer(Tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token))
            {
                foreach (var feed in feeds.All)
                {
                    if (!feeds.Prune(feed))
                        Ask(feed);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The client is being disposed.
        }
    }

    /// <summary>
    /// A question that could not be sent is asked again by the schedule. The answer can be here before the question's confirmation, and the
    /// reader can have read it: so the next question may be due.
    /// </summary>
    private async Task SendAsync(GenerationFeed feed, Contracts.ReplayRequested question)
    {
        await Task.Yield();
        feeds.Add(feed);
        try
        {
            if (await source.AskAsync(question, stopping.Token) is { } page)
                answer(page);
        }
        catch (NoWorkersException e) when (!feed.SubmittedHere)
        {
            feed.Fail(e);
        }
        catch (Exception e)
        {
            AskFailed(log, e, feed.Id);
        }
        finally
        {
            feed.Asked();
            Ask(feed);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Replay of {GenerationId} could not be asked for")]
    private static partial void AskFailed(ILogger logger, Exception error, Guid generationId);
}
