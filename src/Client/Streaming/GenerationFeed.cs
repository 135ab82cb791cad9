using Millrace.Contracts;

namespace Millrace.Client.Streaming;

/// <summary>
/// One reader's view of one generation: what has arrived, how it ended, when to ask the log. Fed by the inbox, read by one caller;
/// all members are safe for concurrent use. Without a sequencer it waits for the outcome only.
/// </summary>
internal sealed class GenerationFeed(Guid id, bool submittedHere, ChunkSequencer? chunks, ReplaySchedule schedule, TimeSpan unknownAfter)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<GenerationStarted?> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<GenerationCompleted> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Outcome? _outcome;
    private Exception? _fault;
    private TimeSpan? _unknownSince;
    private bool _heard;
    private bool _asking;
    private bool _closed;

    public Guid Id => id;

    /// <summary>The request came from this client, so a rejection concerns it and an unknown generation is only not there yet.</summary>
    public bool SubmittedHere => submittedHere;

    public Task<GenerationStarted?> Started => _started.Task;

    public Task<GenerationCompleted> Completion => _completion.Task;

    /// <summary>The generation has ended or will never be. (A reader that left, or could not reach the broker, says nothing about it.)</summary>
    public bool Ended
    {
        get
        {
            lock (_gate)
                return _outcome is not null || _fault is RequestRejectedException or NoWorkersException or GenerationNotFoundException;
        }
    }

    /// <summary>Whether events and pages still matter to it. False when it has ended and the reader has, or can still take, all there is.</summary>
    public bool Listening
    {
        get
        {
            lock (_gate)
                return !_closed && _fault is null && (_outcome is null || chunks?.MissingAfter is not null);
        }
    }

    public void Start(GenerationStarted started, TimeSpan now)
    {
        lock (_gate)
            Hear(now);
        _started.TrySetResult(started);
    }

    public void Add(ChunkProduced chunk, TimeSpan now)
    {
        lock (_gate)
        {
            Hear(now);
            chunks?.Accept(chunk);
            Wake();
        }

        _started.TrySetResult(null);
    }

    /// <summary>Takes a page of the log. True when it brought chunks that the live events had not.</summary>
    public bool Add(ChunksReplayed page, TimeSpan now)
    {
        bool news;
        lock (_gate)
        {
            if (!Known(page, now))
                return false;
            var before = chunks?.Have ?? 0;
            chunks?.Accept(page, Outcome.Of(page)?.LastSequence);
            news = chunks?.Have > before;
            if (news)
                Hear(now);
            Wake();
        }

        if (page.Chunks.Count > 0)
            _started.TrySetResult(null);
        if (Outcome.Of(page) is { } outcome)
            End(outcome);
        return news;
    }

    public void End(Outcome outcome)
    {
        lock (_gate)
        {
            _outcome ??= outcome;
            chunks?.End(outcome.LastSequence);
            Wake();
        }

        _started.TrySetResult(null);
        if (outcome.Completed is { } completed)
            _completion.TrySetResult(completed);
        else
            Fault(outcome.Error!());
    }

    /// <summary>Ends it for its reader at once: rejected, not found, could not be submitted.</summary>
    public void Fail(Exception error)
    {
        lock (_gate)
        {
            if (_outcome is null)
                _fault ??= error;
            Wake();
        }

        _started.TrySetResult(null);
        Fault(error);
    }

    /// <summary>The reader has gone. What is not known by now stays unknown.</summary>
    public void Close()
    {
        lock (_gate)
            _closed = true;
        Fail(new ObjectDisposedException(nameof(GenerationStream), $"The stream of generation {id} was left before its end was known."));
    }

    /// <summary>Events may have passed unheard: ask the log at the next opportunity.</summary>
    public void AskNow(TimeSpan now)
    {
        lock (_gate)
            schedule.AskNow(now);
    }

    /// <summary>The question to send now, if it is time for one. Call <see cref="Asked"/> when it has been sent.</summary>
    public ReplayRequested? TryAsk(TimeSpan now, string channel)
    {
        lock (_gate)
        {
            var missing = chunks?.MissingAfter;
            if (_asking || _closed || _fault is not null || (_outcome is not null && missing is null) || !schedule.TryAsk(now, missing))
                return null;
            _asking = true;
            return new ReplayRequested
            {
                GenerationId = id,
                AfterSequence = chunks?.Have ?? long.MaxValue,
                Limit = chunks?.PageSize ?? 1,
                Channel = channel,
            };
        }
    }

    public void Asked()
    {
        lock (_gate)
            _asking = false;
    }

    /// <summary>The next chunk in order; null after the last. Waits for it. Throws what ended the generation once all chunks are read.</summary>
    public async ValueTask<ChunkProduced?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task news;
            lock (_gate)
            {
                if (chunks!.TryTake(out var chunk))
                    return chunk;
                if (_fault is not null)
                    break;
                if (chunks.Finished)
                    break;
                if (chunks.Expired)
                    throw new ChunksExpiredException(id, chunks.Have);
                news = _news.Task;
            }

            await news.WaitAsync(cancellationToken);
        }

        await Completion;
        return null;
    }

    /// <summary>False when the fleet says that there is no such generation; fails the reader once that has gone on for long enough.</summary>
    private bool Known(ChunksReplayed page, TimeSpan now)
    {
        if (page.Known)
        {
            _unknownSince = null;
            return true;
        }

        if (submittedHere && !_heard)
            return false;
        _unknownSince ??= now;
        if (now - _unknownSince >= unknownAfter)
            Fail(new GenerationNotFoundException(id));
        else
            schedule.AskAgain(now);
        return false;
    }

    private void Hear(TimeSpan now)
    {
        _heard = true;
        _unknownSince = null;
        schedule.Heard(now);
    }

    private void Wake()
    {
        _news.TrySetResult();
        _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Nobody has to look at the task: the reader may only want the chunks.</summary>
    private void Fault(Exception error)
    {
        if (_completion.TrySetException(error))
            _ = _completion.Task.Exception;
    }
}
