using System.Security.Cryptography;
using MassTransit;
using Microsoft.Extensions.Logging;
using Millrace.Client.Errors;
using Millrace.Client.RabbitMq.Abstractions;
using Millrace.Client.RabbitMq.Broker;
using Millrace.Client.RabbitMq.Options;
using Millrace.Client.Streaming;
using Millrace.Contracts;

namespace Millrace.Client.RabbitMq.Inbox;

/// <summary>
/// Where a client's events arrive and find their readers. It has a random label of its own; requests without a channel get it as theirs, so one
/// binding, made once, brings the events of all of them. Connected at the first call.
/// </summary>
internal sealed class ClientInbox(
    IBus bus, MillraceClientOptions options, IReplaySource replays, TimeProvider time, ILogger log, EndpointWatch? watch) : IAsyncDisposable
{
    private readonly FeedRegistry feeds = new();
    private readonly Lock gate = new();
    private readonly HashSet<GenerationFeed> following = [];
    private InboxEndpoint? endpoint;
    private ReplayAsker? asker;
    private bool disposed;

    /// <summary>The channel label.</summary>
    public string Label { get; } = $"c-{RandomNumberGenerator.GetHexString(16, lowercase: true)}";

    public RecentSubmissions Recent { get; } = new(10_000);

    /// <summary>What arrives that belongs to no feed.</summary>
    public WorkerReplies Word { get; } = new();

    /// <summary>Waits until the inbox is connected.</summary>
    /// <exception cref="FleetUnreachableException">Not within <see cref="MillraceClientOptions.ReadyTimeout"/>.</exception>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        var connecting = Connect();
        try
        {
            await connecting.Connected.WaitAsync(options.ReadyTimeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new FleetUnreachableException(
                $"No connection to the broker at {bus.Address.Host} within {options.ReadyTimeout.TotalSeconds:0.###} s. " +
                "Check the address, the account and the virtual host, and that the application's host has been started.",
                connecting.LastError);
        }
    }

    /// <summary>Lets the inbox hear what has a routing key, besides its own label and what it follows.</summary>
    public async Task HearAsync(string routingKey, CancellationToken cancellationToken)
    {
        await ReadyAsync(cancellationToken);
        await WithinDeadlineAsync(token => endpoint!.Bindings.FollowAsync(routingKey, token), cancellationToken);
    }

    /// <summary>Undoes one <see cref="HearAsync"/>, in the background.</summary>
    public void Unhear(string routingKey)
    {
        lock (gate)
        {
            if (disposed)
                return;
        }

        _ = WithinDeadlineAsync(token => endpoint!.Bindings.UnfollowAsync(routingKey, token), CancellationToken.None);
    }

    /// <summary>A new reader's view; it hears nothing until <see cref="OpenAsync"/>.</summary>
    public GenerationFeed CreateFeed(Guid id, bool submittedHere, bool withChunks, long afterSequence = 0) => new(id, new FeedOptions
    {
        SubmittedHere = submittedHere,
        Buffer = withChunks ? options.StreamBuffer : null,
        AfterSequence = afterSequence,
        UnknownAfter = options.UnknownAfter,
        Replays = new ReplayTimes(Now, options.GapRetry, options.Silence, options.LongestSilence),
    });

    /// <summary>
    /// Lets a feed hear, what comes under the label and with <paramref name="anyChannel"/> what comes under others too, then does
    /// <paramref name="begin"/>. A failure ends the feed as well.
    /// </summary>
    public async Task OpenAsync(
        GenerationFeed feed, bool anyChannel, Func<Task> begin, CancellationToken cancellationToken)
    {
        try
        {
            await ReadyAsync(cancellationToken);
            feeds.Add(feed);
            if (anyChannel)
                await FollowAsync(feed, cancellationToken);
            await begin();
        }
        catch (Exception e)
        {
            feed.Fail(e);
            Leave(feed);
            throw;
        }
    }

    /// <summary>Asks the log for the feed now.</summary>
    public void AskNow(GenerationFeed feed)
    {
        feed.AskNow(Now);
        Continue(feed);
    }

    /// <summary>Asks the log for the feed if it is time to.</summary>
    public void Continue(GenerationFeed feed) => asker?.Ask(feed);

    /// <summary>The feed's reader has gone.</summary>
    public void Leave(GenerationFeed feed)
    {
        feed.Close();
        feeds.Remove(feed);
        Unfollow(feed);
    }

    /// <summary>Events were lost while the connection was: bind again, then ask for everyone.</summary>
    public async Task ReconnectedAsync()
    {
        await WithinDeadlineAsync(token => endpoint!.Bindings.RestoreAsync(token), CancellationToken.None);
        foreach (var feed in feeds.All)
            AskNow(feed);
    }

    public void On(GenerationStarted started) => Tell(started.GenerationId, feed => feed.Start(started, Now));

    public void On(ChunkProduced chunk) => Tell(chunk.GenerationId, feed => feed.Add(chunk, Now));

    public void On(GenerationCompleted completed) => Tell(completed.GenerationId, feed => feed.End(completed));

    public void On(GenerationFailed failed) => Tell(failed.GenerationId, feed => feed.End(failed));

    public void On(GenerationCancelled cancelled) => Tell(cancelled.GenerationId, feed => feed.End(cancelled));

    /// <summary>A page with chunks that nobody sent here live: the generation has another channel, so it is followed by its id from now on.</summary>
    public void On(ChunksReplayed page) => Tell(page.GenerationId, feed =>
    {
        if (feed.Add(page, Now) && !feed.Ended)
            _ = FollowAsync(feed, CancellationToken.None);
    });

    /// <summary>Only who sent the rejected request is told: to others, the generation of that id is as good as before.</summary>
    public void On(RequestRejected rejected)
    {
        Recent.Reject(rejected);
        Tell(rejected.GenerationId, feed =>
        {
            if (feed.SubmittedHere)
                feed.Fail(new RequestRejectedException(rejected));
        });
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            if (disposed)
                return;
            disposed = true;
        }

        foreach (var feed in feeds.All)
            feed.Fail(new ObjectDisposedException(nameof(MillraceClient)));
        Word.Fail(new ObjectDisposedException(nameof(MillraceClient)));
        if (asker is not null)
            await asker.DisposeAsync();
        if (endpoint is not null)
            await endpoint.DisposeAsync();
    }

    private TimeSpan Now => time.GetElapsedTime(0);

    private InboxEndpoint Connect()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, typeof(MillraceClient));
            if (endpoint is not null)
                return endpoint;
            asker = new ReplayAsker(feeds, replays, On, Label, time, log);
            endpoint = new InboxEndpoint(bus, this, options.Prefetch, watch, time);
            asker.Start();
            return endpoint;
        }
    }

    /// <summary>Removes the broker's binding for the feed, if there is one, in the background.</summary>
    private void Unfollow(GenerationFeed feed)
    {
        lock (gate)
        {
            if (!following.Remove(feed) || disposed)
                return;
        }

        _ = WithinDeadlineAsync(token => endpoint!.Bindings.UnfollowAsync(IEventBindings.KeyOf(feed.Id), token), CancellationToken.None);
    }

    private async Task FollowAsync(GenerationFeed feed, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (disposed || !following.Add(feed))
                return;
        }

        await WithinDeadlineAsync(token => endpoint!.Bindings.FollowAsync(IEventBindings.KeyOf(feed.Id), token), cancellationToken);
    }

    /// <summary>
    /// A broker that does not answer is no error here: bindings are made again when it is back, and the replay finds what was missed; one too
    /// many costs a few messages until the connection ends.
    /// </summary>
    private async Task WithinDeadlineAsync(Func<CancellationToken, Task> bind, CancellationToken cancellationToken)
    {
        using var deadline = Deadline.After(options.PublishTimeout, time, cancellationToken);
        try
        {
            await bind(deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.HasPassed && !cancellationToken.IsCancellationRequested)
        {
            // Said above.
        }
    }

    private void Tell(Guid id, Action<GenerationFeed> tell)
    {
        foreach (var feed in feeds.Of(id))
        {
            tell(feed);
            asker!.Ask(feed);
            if (feeds.Prune(feed))
                Unfollow(feed);
        }
    }
}
