using Millrace.Client.Errors;
using Millrace.Contracts;

namespace Millrace.Client.Streaming;

/// <summary>
/// One reader's view of one generation: what has arrived, how it ended, when to ask the log. A <see cref="IFleetConnection"/> fills it, one caller reads it
/// through its <see cref="GenerationStream"/>. All members are safe for concurrent use; times are those of one monotonic clock.
/// </summary>
public sealed class GenerationFeed
{
    private readonly Lock gate = new();
    private readonly TaskCompletionSource<GenerationStarted?> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<GenerationCompleted> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ChunkSequencer? chunks;
    private readonly ReplaySchedule? schedule;
    private readonly TimeSpan unknownAfter;
    private TaskCompletionSource news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Outcome? outcome;
    private Exception? fault;
    private TimeSpan? unknownSince;
    private bool heard;
    private bool asking;
    private bool closed;

    /// <summary>A feed that has heard nothing yet.</summary>
    /// <param name="id">Which generation.</param>
    /// <param name="options">What its reader wants.</param>
    public GenerationFeed(Guid id, FeedOptions options)
        : this(id, options.SubmittedHere, Sequencer(options), Schedule(options.Replays), options.UnknownAfter)
    {
    }

    /// <summary>Without a sequencer it waits for the outcome only, without a schedule it never asks.</summary>
    internal GenerationFeed(
        Guid id, bool submittedHere, ChunkSequencer? chunks, ReplaySchedule? schedule, TimeSpan unknownAfter)
    {
        Id = id;
        SubmittedHere = submittedHere;
        this.chunks = chunks;
        this.schedule = schedule;
        this.unknownAfter = unknownAfter;
    }

    /// <summary>Which generation.</summary>
    public Guid Id { get; }

    /// <summary>The request came from this client, so a rejection concerns it and an unknown generation is only not there yet.</summary>
    public bool SubmittedHere { get; }

    /// <summary>Its reader wants the chunks, not the outcome alone.</summary>
    public bool WantsChunks => chunks is not null;

    /// <summary>
    /// The last sequence that is in order; whether it would drop what comes now, because the reader is slow or has not begun; and whether it has room for a
    /// good part of what it can hold.
    /// </summary>
    internal (long Have, bool IsFull, bool HasRoom) Fill
    {
        get
        {
            lock (gate)
                return chunks is null ? (0, false, true) : (chunks.Have, chunks.IsFull, chunks.HasRoom);
        }
    }

    internal Task<GenerationStarted?> Started => this.started.Task;

    internal Task<GenerationCompleted> Completion => completion.Task;

    /// <summary>The generation has ended or will never be. (A reader that left, or could not reach the broker, says nothing about it.)</summary>
    public bool Ended
    {
        get
        {
            lock (gate)
                return this.outcome is not null || fault is RequestRejectedException or NoWorkersException or GenerationNotFoundException;
        }
    }

    /// <summary>Whether events and pages still matter to it. False when it has ended and the reader has, or can still take, all there is.</summary>
    public bool Listening
    {
        get
        {
            lock (gate)
                return !closed && fault is null && (this.outcome is null || chunks?.MissingAfter is not null);
        }
    }

    /// <summary>A worker has begun.</summary>
    /// <param name="started">The event.</param>
    /// <param name="now">The time at which it was heard.</param>
    public void Start(GenerationStarted started, TimeSpan now)
    {
        lock (gate)
            Hear(now);
        this.started.TrySetResult(started);
    }

    /// <summary>Takes a chunk, in any order and number.</summary>
    /// <param name="chunk">The event.</param>
    /// <param name="now">The time at which it was heard.</param>
    public void Add(ChunkProduced chunk, TimeSpan now)
    {
        lock (gate)
        {
            Hear(now);
            chunks?.Accept(chunk);
            Wake();
        }

        this.started.TrySetResult(null);
    }

    /// <summary>Takes a page of the log.</summary>
    /// <param name="page">The page.</param>
    /// <param name="now">The time at which it was heard.</param>
    /// <returns>True when it brought chunks that the live events had not.</returns>
    public bool Add(ChunksReplayed page, TimeSpan now)
    {
        bool more;
        lock (gate)
        {
            if (!page.Known)
            {
                Unknown(now);
                return false;
            }

            unknownSince = null;
            var before = chunks?.Have ?? 0;
            chunks?.Accept(page, Outcome.Of(page)?.LastSequence);
            more = chunks?.Have > before;
            if (more)
                Hear(now);
            if (Outcome.Of(page) is { } outcome)
                End(outcome); // before anybody wakes: a reader that learns that the chunks are gone leaves, and would not hear of the end
            Wake();
        }

        if (page.Chunks.Count > 0)
            this.started.TrySetResult(null);
        return more;
    }

    /// <summary>The generation has ended with an answer.</summary>
    /// <param name="completed">The event.</param>
    public void End(GenerationCompleted completed) => End(Outcome.Of(completed));

    /// <summary>The generation has failed.</summary>
    /// <param name="failed">The event.</param>
    public void End(GenerationFailed failed) => End(Outcome.Of(failed));

    /// <summary>The generation was cancelled.</summary>
    /// <param name="cancelled">The event.</param>
    public void End(GenerationCancelled cancelled) => End(Outcome.Of(cancelled));

    internal void End(Outcome outcome)
    {
        lock (gate)
        {
            this.outcome ??= outcome;
            chunks?.End(outcome.LastSequence);
            Wake();
        }

        this.started.TrySetResult(null);
        if (outcome.Completed is { } completed)
            completion.TrySetResult(completed);
        else
            Fault(outcome.Error!());
    }

    /// <summary>Ends it for its reader at once: rejected, not found, could not be submitted.</summary>
    /// <param name="error">What its reader gets.</param>
    public void Fail(Exception error)
    {
        lock (gate)
        {
            if (this.outcome is null)
                fault ??= error;
            Wake();
        }

        this.started.TrySetResult(null);
        Fault(error);
    }

    /// <summary>The fleet says that there is no such generation: fails the reader once that has gone on for long enough.</summary>
    internal void Unknown(TimeSpan now)
    {
        lock (gate)
        {
            if (SubmittedHere && !heard)
                return;
            unknownSince ??= now;
            if (now - unknownSince >= unknownAfter)
                Fail(new GenerationNotFoundException(Id));
            else
                schedule?.AskAgain(now);
        }
    }

    /// <summary>The reader has gone. What is not known by now stays unknown.</summary>
    public void Close()
    {
        lock (gate)
            closed = true;
        Fail(new ObjectDisposedException(nameof(GenerationStream), $"The stream of generation {Id} was left before its end was known."));
    }

    /// <summary>Events may have passed unheard: ask the log at the next opportunity.</summary>
    /// <param name="now">The time.</param>
    public void AskNow(TimeSpan now)
    {
        lock (gate)
            schedule?.AskNow(now);
    }

    /// <summary>The question to send now, if it is time for one. Call <see cref="Asked"/> when it has been sent.</summary>
    /// <param name="now">The time.</param>
    /// <param name="channel">Where the answer is to come.</param>
    /// <returns>The question, or null.</returns>
    public ReplayRequested? TryAsk(TimeSpan now, string channel)
    {
        lock (gate)
        {
            var missing = chunks?.MissingAfter;
            var hasAll = outcome is not null && missing is null;
            if (asking || closed || fault is not null || hasAll)
                return null;
            if (schedule?.TryAsk(now, missing) is not true)
                return null;
            asking = true;
            return new ReplayRequested
            {
                GenerationId = Id,
                AfterSequence = chunks?.Have ?? long.MaxValue,
                Limit = chunks?.PageSize ?? 1,
                Channel = channel,
            };
        }
    }

    /// <summary>The question has been sent, or could not be: there may be another.</summary>
    public void Asked()
    {
        lock (gate)
            asking = false;
    }

    /// <summary>The next chunk in order; null after the last. Waits for it. Throws what ended the generation once all chunks are read.</summary>
    internal async ValueTask<ChunkProduced?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (chunks!.TryTake(out var chunk))
                    return chunk;
                if (fault is not null)
                    break;
                if (chunks.Finished)
                    break;
                if (chunks.Expired)
                    throw new ChunksExpiredException(Id, chunks.Have);
                next = news.Task;
            }

            await next.WaitAsync(cancellationToken);
        }

        await Completion;
        return null;
    }

    private void Hear(TimeSpan now)
    {
        heard = true;
        unknownSince = null;
        schedule?.Heard(now);
    }

    private void Wake()
    {
        news.TrySetResult();
        news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Nobody has to look at the task: the reader may only want the chunks.</summary>
    private void Fault(Exception error)
    {
        if (completion.TrySetException(error))
            _ = completion.Task.Exception;
    }

    private static ChunkSequencer? Sequencer(FeedOptions options) =>
        options.Buffer is { } capacity ? new ChunkSequencer(capacity, options.AfterSequence) : null;

    private static ReplaySchedule? Schedule(ReplayTimes? times) =>
        times is null ? null : new ReplaySchedule(times.Now, times.Retry, times.Silence, times.Longest);
}
