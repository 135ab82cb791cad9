using Millrace.Contracts;
using Millrace.Engine.Publishing;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.Chunks;

namespace Millrace.Engine.Runs;

/// <summary>
/// The way of a run's pieces: coalesce, append to the log, publish. Appending does not wait for the broker: what is in the log
/// queues behind its predecessors and goes out in order, so an outage of the broker delays readers and not durability. What waits there may have waited through a
/// pause of the whole process, so its <see cref="Tenure"/> is checked when it goes.
/// </summary>
public sealed class ChunkStream
{
    private static readonly TimeSpan PublishPatience = TimeSpan.FromSeconds(1);

    private readonly Run run;
    private readonly ChunkLog log;
    private readonly Tenure tenure;
    private readonly EventSender events;
    private readonly ChunkPace pace;
    private readonly FleetMetrics metrics;
    private readonly TimeProvider time;
    private readonly ChunkBuffer buffer;
    private readonly Task pump;
    private readonly Lock publishing = new();
    private Task published = Task.CompletedTask;
    private ChunkKind? lastKind;

    public ChunkStream(Run run, ChunkTail? tail, ChunkLog log, Tenure tenure, EventSender events, ChunkPace pace, FleetMetrics metrics, TimeProvider time)
    {
        (this.run, this.log, this.tenure, this.events, this.pace, this.metrics, this.time) = (run, log, tenure, events, pace, metrics, time);
        buffer = new ChunkBuffer(pace.Size);
        LastSequence = tail?.Sequence ?? 0;
        lastKind = tail is null ? null : Enum.Parse<ChunkKind>(tail.Kind);
        pump = PumpAsync();
    }

    /// <summary>The last sequence in the log. Final once <see cref="CompleteAsync"/> has returned.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Completes when the broker has everything that was given to it.</summary>
    public Task Published
    {
        get { lock (publishing) return published; }
    }

    public void Add(ChunkKind kind, string text) => buffer.Add(kind, text);

    public void AddCall(ToolCall call) => buffer.Add(new Piece(ChunkKind.ToolCall) { ToolCall = call });

    public void AddResult(int step, ToolCall call, ToolResult result) =>
        buffer.Add(new Piece(ChunkKind.ToolResult, result.Text) { Step = step, ToolCall = call, IsError = result.IsError ? true : null });

    /// <summary>Returns when the log has all that was added; <see cref="LastSequence"/> is its last.</summary>
    public async Task FlushAsync()
    {
        var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        buffer.Add(new Piece(ChunkKind.Text) { Passed = passed });
        if (await Task.WhenAny(passed.Task, pump) == pump) await pump; // throws what the log said
    }

    /// <summary>Returns when the log has all that was added, and the broker, too, if it takes it within a second. False when the broker has not.</summary>
    public async Task<bool> DrainAsync()
    {
        await FlushAsync();
        var through = Published;
        await Task.WhenAny(through, Task.Delay(PublishPatience, time, run.Muted)); // readers can ask the log for the rest
        return through.IsCompletedSuccessfully;
    }

    /// <summary>Drops what is not in the log yet and, if the log holds any of this attempt, marks that it no longer counts.</summary>
    public void Restart(long keepThrough) => buffer.Restart(keepThrough);

    /// <summary>Drops what is not in the log yet. The next owner goes on numbering where the log ends, so everything on its way must be in it, and out.</summary>
    public Task LeaveAsync()
    {
        buffer.Discard();
        return DrainAsync();
    }

    /// <summary>Appends what is left. Throws when the log refused a chunk.</summary>
    public Task CompleteAsync()
    {
        buffer.Close();
        return pump;
    }

    /// <summary>Publishes an event of the run behind the chunks that are on their way.</summary>
    public void Publish<T>(T message, Guid messageId) where T : class
    {
        lock (publishing) published = PublishAfterAsync(published, message, messageId);
    }

    /// <summary>Nothing more will come, and nobody waits for the rest: the run belongs to someone else, or is over.</summary>
    public void Abandon()
    {
        buffer.Discard();
        buffer.Close();
    }

    private async Task PumpAsync()
    {
        pace.Enter();
        try
        {
            for (var last = false; !last;)
            {
                await buffer.Filled;
                (var pieces, last) = buffer.Take();
                foreach (var piece in pieces) await AppendAsync(piece);
                if (!last && pieces.Count > 0) await PauseAsync();
            }
        }
        catch (Exception fault) when (fault is not FencedException && !run.Muted.IsCancellationRequested)
        {
            run.Stop(StopCause.Fault);
            throw;
        }
        finally
        {
            pace.Leave();
        }
    }

    private async Task AppendAsync(Piece piece)
    {
        if (piece.Passed is { } passed)
        {
            passed.SetResult();
            return;
        }
        if (piece.Kind == ChunkKind.Restarted && (LastSequence <= piece.KeepThrough || lastKind == ChunkKind.Restarted)) return;
        var chunk = new ChunkPayload(piece.Text, piece.ToolCall, piece.KeepThrough, piece.IsError);
        var added = new NewChunk(LastSequence + 1, piece.Step ?? run.Step, piece.Kind.ToString(), chunk.ToJson());
        var appendedAt = await log.AppendAsync(run.Claim.Fence, added, run.Muted);
        run.EnsureHeld(appendedAt is not null);
        metrics.Chunk();
        LastSequence = added.Sequence;
        lastKind = piece.Kind;
        Publish(
            new ChunkProduced
            {
                GenerationId = run.Id,
                SessionId = run.Request.SessionId,
                Sequence = added.Sequence,
                Epoch = run.Claim.Fence.Epoch,
                Step = added.Step,
                Kind = piece.Kind,
                Text = piece.Text,
                ToolCall = piece.ToolCall,
                IsError = piece.IsError,
                KeepThrough = piece.KeepThrough,
                ProducedAt = appendedAt!.Value,
            },
            EventIds.Of(run.Id, "chunk", added.Sequence));
    }

    private async Task PublishAfterAsync<T>(Task before, T message, Guid messageId) where T : class
    {
        await before;
        await events.SendAsync(message, run.Id, run.Claim.Channel, messageId, run.Correlation, run.Muted, tenure.CheckAsync);
    }

    /// <summary>Until the interval has passed and the last chunk is through; a full buffer and the end do not wait.</summary>
    private async Task PauseAsync()
    {
        var hurry = buffer.Hurry;
        if (hurry.IsCompleted) return;
        var interval = Task.Delay(pace.Interval, time);
        await Task.WhenAny(hurry, interval);
        if (!hurry.IsCompleted && Published is { IsCompleted: false } through) await Task.WhenAny(hurry, through, Task.Delay(PublishPatience, time));
    }
}
