using System.Text;
using System.Text.Json;
using Millrace.Contracts;
using Millrace.Persistence;
using Millrace.Worker.Chunks;

namespace Millrace.Worker.Runs;

/// <summary>One claimed generation while this worker runs it: what was asked, how far it is, and how to stop it.</summary>
internal sealed class Run : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource mute;
    private readonly TimeProvider time;
    private readonly long claimedAt;
    private int cause;

    public Run(Claim claim, TimeProvider time, CancellationToken abandon)
    {
        (Claim, this.time) = (claim, time);
        claimedAt = time.GetTimestamp();
        mute = CancellationTokenSource.CreateLinkedTokenSource(abandon);
        (Stopping, Muted) = (stop.Token, mute.Token);
        Request = JsonSerializer.Deserialize<GenerateRequested>(claim.Request, ContractsJson.Options)!;
        Attempt = claim.Attempt;
        Failures = claim.Failures is null ? [] : JsonSerializer.Deserialize<List<AttemptFailure>>(claim.Failures, ContractsJson.Options)!;
    }

    public Claim Claim { get; }

    public Guid Id => Claim.Fence.GenerationId;

    public GenerateRequested Request { get; }

    /// <summary>Provider calls begun, this one included.</summary>
    public int Attempt { get; set; }

    /// <summary>Which provider call of the conversation this is, from 1.</summary>
    public int Step { get; } = 1;

    public List<AttemptFailure> Failures { get; }

    /// <summary>Text of the answer in this attempt.</summary>
    public StringBuilder Text { get; } = new();

    /// <summary>Characters of answer and reasoning in this attempt.</summary>
    public long Produced { get; set; }

    public TokenUsage? Usage { get; set; }

    /// <summary>Turns of its session that did not fit into the model's context.</summary>
    public int OmittedTurns { get; set; }

    /// <summary>From the claim to this attempt's first piece.</summary>
    public TimeSpan? FirstPiece { get; private set; }

    /// <summary>The way out of its pieces. Set before the run begins to produce.</summary>
    public ChunkStream Chunks { get; set; } = null!;

    /// <summary>Fires when the provider call has to end, whatever the cause.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Fires when nothing more may be written or published: fenced, or the process is going.</summary>
    public CancellationToken Muted { get; }

    public StopCause Cause => (StopCause)Volatile.Read(ref cause);

    public string? StopReason { get; private set; }

    /// <summary>Attempts that ended without a recorded failure, this one apart: their worker died or handed them back.</summary>
    public int WorkersLost => Math.Max(0, Claim.Attempt - 1 - Failures.Count);

    /// <summary>The database's clock, carried on since the claim by this process's own.</summary>
    public DateTimeOffset Now => Claim.Now + Age;

    /// <summary>Time since the claim.</summary>
    public TimeSpan Age => time.GetElapsedTime(claimedAt);

    public GenerationTimings Timings() => new()
    {
        QueuedMs = Milliseconds(Claim.StartedAt - Claim.ReceivedAt),
        FirstChunkMs = FirstPiece is { } first ? Milliseconds(first) : null,
        TotalMs = Milliseconds(Now - Claim.ReceivedAt),
    };

    public string? FailuresJson() => Failures.Count == 0 ? null : JsonSerializer.Serialize(Failures, ContractsJson.Options);

    public void BeginAttempt()
    {
        Text.Clear();
        Produced = 0;
        Usage = null;
        FirstPiece = null;
    }

    public void MarkFirstPiece() => FirstPiece ??= Age;

    public void Stop(StopCause why, string? reason = null)
    {
        if (Interlocked.CompareExchange(ref cause, (int)why, (int)StopCause.None) == (int)StopCause.None) StopReason = reason;
        try
        {
            if (why == StopCause.Fenced) mute.Cancel();
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself
        }
    }

    public void Dispose()
    {
        stop.Dispose();
        mute.Dispose();
    }

    private static double Milliseconds(TimeSpan span) => Math.Round(Math.Max(0, span.TotalMilliseconds), 3);
}
