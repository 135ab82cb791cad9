using System.Text;
using System.Text.Json;
using Millrace.Contracts;
using Millrace.Engine.Requests;
using Millrace.Engine.Telemetry;
using Millrace.Engine.Tools;
using Millrace.Persistence.Generations;

namespace Millrace.Engine.Runs;

/// <summary>One claimed generation while this worker runs it: what was asked, how far it is, and how to stop it.</summary>
public sealed class Run : IDisposable
{
    private static readonly TimeSpan LongestTicket = TimeSpan.FromMinutes(29);
    private static readonly TimeSpan FreshTicket = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource mute;
    private readonly TimeProvider time;
    private readonly long claimedAt;
    private int cause;

    /// <exception cref="JsonException">What is stored of it cannot be read.</exception>
    public Run(Claim claim, TimeProvider time, CancellationToken abandon)
    {
        (Claim, this.time) = (claim, time);
        claimedAt = time.GetTimestamp();
        mute = CancellationTokenSource.CreateLinkedTokenSource(abandon);
        (Stopping, Muted) = (stop.Token, mute.Token);
        Request = JsonSerializer.Deserialize<GenerateRequested>(claim.Request, ContractsJson.Options) ?? throw new JsonException("The request is null.");
        Correlation = Correlation.Read(claim.Correlation);
        Attempt = claim.Attempt;
        Failures = claim.Failures is null ? [] : JsonSerializer.Deserialize<List<AttemptFailure>>(claim.Failures, ContractsJson.Options) ?? [];
    }

    public Claim Claim { get; }

    public Guid Id => Claim.Fence.GenerationId;

    public GenerateRequested Request { get; }

    /// <summary>The term of the worker's lease in which it was last certain that the generation is its own. Null: it has to be asked for.</summary>
    public long? Term { get; set; }

    /// <summary>What its events carry of the message that asked for it.</summary>
    public Correlation? Correlation { get; }

    /// <summary>Provider calls begun, this one included.</summary>
    public int Attempt { get; set; }

    /// <summary>Which provider call of the conversation this is, retries apart, from 1.</summary>
    public int Step => Steps.Count + 1;

    /// <summary>The steps that ended in tool calls and are recorded.</summary>
    public List<RunStep> Steps { get; } = [];

    /// <summary>The chunks that count whatever happens to the step that runs: those of the recorded steps and their results.</summary>
    public long KeepThrough { get; set; }

    /// <summary>The tools that the model may call.</summary>
    public IReadOnlyList<Tool> Tools { get; set; } = [];

    /// <summary>The request with the bytes of what it refers to, once they have been read.</summary>
    public GenerateRequested? Filled { get; set; }

    /// <summary>The history of its session, once it has been read.</summary>
    public IReadOnlyList<SessionMessage>? History { get; set; }

    /// <summary>True when the provider call that the claim counted has been begun.</summary>
    public bool HasCalled { get; private set; }

    /// <summary>Provider calls that were really begun.</summary>
    public int CallsBegun => HasCalled ? Attempt : Attempt - 1;

    public List<AttemptFailure> Failures { get; }

    /// <summary>Text of the answer in this attempt.</summary>
    public StringBuilder Text { get; } = new();

    /// <summary>Reasoning in this attempt.</summary>
    public ReasoningPieces Reasoning { get; } = new();

    /// <summary>Tool calls in this attempt, in order.</summary>
    public List<CallDraft> Calls { get; } = [];

    /// <summary>Characters of answer, reasoning and tool calls in this attempt.</summary>
    public long Produced { get; set; }

    /// <summary>The provider's count of this attempt.</summary>
    public TokenUsage? Usage { get; set; }

    /// <summary>The count of all steps.</summary>
    public TokenUsage? TotalUsage => Steps.Select(step => step.Usage).Append(Usage).Aggregate(TokenCounts.Add);

    /// <summary>Others that ask the same may wait for its answer.</summary>
    public bool IsAwaited { get; set; }

    /// <summary>US dollars for the call of this attempt, once it has ended and if its price and its count are known.</summary>
    public decimal? CallCost { get; set; }

    /// <summary>What its calls take from its tenant's budget.</summary>
    public Spending Spending { get; } = new();

    /// <summary>Turns of its session that did not fit into the model's context.</summary>
    public int OmittedTurns { get; set; }

    /// <summary>From the claim to the first piece of the attempt that counts.</summary>
    public TimeSpan? FirstPiece { get; private set; }

    /// <summary>The way out of its pieces. Set before the run begins to produce.</summary>
    public ChunkStream Chunks { get; set; } = null!;

    /// <summary>Fires when the provider call has to end, whatever the cause.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Fires when nothing more may be written or published: fenced, or the process is going.</summary>
    public CancellationToken Muted { get; }

    public StopCause Cause => (StopCause)Volatile.Read(ref cause);

    public string? StopReason { get; private set; }

    /// <summary>How it left this worker: a terminal state, or one of <see cref="RunOutcome"/>. Known when it has.</summary>
    public string Outcome { get; set; } = RunOutcome.Abandoned;

    /// <summary>Why its generation has failed, if it has.</summary>
    public FailureReason? Failure { get; set; }

    /// <summary>The database's clock, carried on since the claim by this process's own.</summary>
    public DateTimeOffset Now => Claim.Now + Age;

    /// <summary>Time since the claim.</summary>
    public TimeSpan Age => time.GetElapsedTime(claimedAt);

    /// <summary>Since when the step that runs could run: the first claim, or the last result of the step before.</summary>
    public DateTimeOffset StepBegan => Steps is [.., var last] ? last.Calls.Max(call => call.EndedAt) ?? Claim.StartedAt : Claim.StartedAt;

    /// <summary>
    /// Whether something that may take so long can be begun under the ticket that the run has: the broker takes it back after 30 minutes. What a new ticket has no
    /// time for either is begun under a new one.
    /// </summary>
    public bool HasTimeFor(TimeSpan longest) => Age < FreshTicket || Age + longest <= LongestTicket;

    public GenerationTimings Timings() => new()
    {
        QueuedMs = Milliseconds(Claim.StartedAt - Claim.ReceivedAt),
        FirstChunkMs = FirstPiece is { } first ? Milliseconds(first) : null,
        TotalMs = Milliseconds(Now - Claim.ReceivedAt),
    };

    public string? FailuresJson() => Failures.Count == 0 ? null : JsonSerializer.Serialize(Failures, ContractsJson.Options);

    public void BeginAttempt()
    {
        HasCalled = true;
        Forget();
        if (Steps.Count == 0) FirstPiece = null;
    }

    /// <summary>The step is recorded; what it said belongs to it now.</summary>
    public void EndStep(RunStep step)
    {
        Steps.Add(step);
        KeepThrough = step.Through;
        Forget();
    }

    private void Forget()
    {
        Text.Clear();
        Reasoning.Clear();
        Calls.Clear();
        Produced = 0;
        Usage = null;
        CallCost = null;
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
