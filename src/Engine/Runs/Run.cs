using System.Text.Json;
using Millrace.Contracts;
using Millrace.Engine.Requests;
using Millrace.Engine.Telemetry;
using Millrace.Engine.Tools;
using Millrace.Persistence.Generations;

namespace Millrace.Engine.Runs;

/// <summary>
/// The state of one claimed generation while this worker runs it: what was asked, how far it is, and how to stop it. What is written of it to the database goes
/// through its <see cref="ClaimedRun"/>.
/// </summary>
public sealed class Run : IDisposable
{
    private static readonly TimeSpan LongestTicket = TimeSpan.FromMinutes(29);
    private static readonly TimeSpan FreshTicket = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource mute;
    private readonly TimeProvider time;
    private readonly long claimedAt;
    private readonly List<RunStep> steps = [];
    private readonly List<AttemptFailure> failures;
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
        (Attempt, CallsBegun) = (claim.Attempt, claim.Attempt - 1);
        failures = claim.Failures is null ? [] : JsonSerializer.Deserialize<List<AttemptFailure>>(claim.Failures, ContractsJson.Options) ?? [];
    }

    public Claim Claim { get; }

    public Guid Id => Claim.Fence.GenerationId;

    public GenerateRequested Request { get; }

    /// <summary>The term of the worker's lease before the claim. Null if there was none.</summary>
    public long? ClaimTerm { get; init; }

    /// <summary>What its events carry of the message that asked for it.</summary>
    public Correlation? Correlation { get; }

    /// <summary>The number of the provider call that runs or, between two calls, of the next one if it is counted already. A claim counts a call.</summary>
    public int Attempt { get; private set; }

    /// <summary>Provider calls that were really begun, without those that do not count.</summary>
    public int CallsBegun { get; private set; }

    /// <summary>True when the next provider call has its number, by the claim or after a failed one.</summary>
    public bool IsCallCounted => Attempt > CallsBegun;

    /// <summary>Which provider call of the conversation this is, retries apart, from 1.</summary>
    public int Step => Steps.Count + 1;

    /// <summary>The steps that ended in tool calls and are recorded.</summary>
    public IReadOnlyList<RunStep> Steps => steps;

    /// <summary>The chunks that count whatever happens to the step that runs: those of the recorded steps and their results.</summary>
    public long KeepThrough { get; private set; }

    /// <summary>The fleet's tools that the model may call.</summary>
    public IReadOnlyList<Tool> Tools { get; private set; } = [];

    /// <summary>Calls that failed and count, of earlier runs of the generation, too.</summary>
    public IReadOnlyList<AttemptFailure> Failures => failures;

    /// <summary>What the provider call that runs has produced.</summary>
    public CallOutput Output { get; } = new();

    /// <summary>The count of all steps.</summary>
    public TokenUsage? TotalUsage => Steps.Select(step => step.Usage).Append(Output.Usage).Aggregate(TokenCounts.Add);

    /// <summary>Others that ask the same may wait for its answer.</summary>
    public bool IsAwaited { get; private set; }

    /// <summary>What its calls take from its tenant's budget.</summary>
    public Spending Spending { get; } = new();

    /// <summary>From the claim to the first piece of the attempt that counts.</summary>
    public TimeSpan? FirstPiece { get; private set; }

    /// <summary>Fires when the provider call has to end, whatever the cause.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Fires when nothing more may be written or published: fenced, or the process is going.</summary>
    public CancellationToken Muted { get; }

    public StopCause Cause => (StopCause)Volatile.Read(ref cause);

    public string? StopReason { get; private set; }

    /// <summary>How it left this worker: a terminal state, or one of <see cref="RunOutcome"/>. Known when it has.</summary>
    public string Outcome { get; private set; } = RunOutcome.Abandoned;

    /// <summary>Why its generation has failed, if it has.</summary>
    public FailureReason? Failure { get; private set; }

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

    public string? FailuresJson() => failures.Count == 0 ? null : JsonSerializer.Serialize(failures, ContractsJson.Options);

    /// <summary>Goes on behind the steps that earlier runs have recorded.</summary>
    public void Resume(IEnumerable<RunStep> recorded) => steps.AddRange(recorded);

    /// <summary>The step is recorded; what it said belongs to it now.</summary>
    public void EndStep(RunStep step)
    {
        steps.Add(step);
        KeepThrough = step.Through;
        Output.Clear();
    }

    /// <summary>The last step as the table has it now.</summary>
    public void Reread(RunStep last) => steps[^1] = last;

    /// <summary>The chunks through this one count, whatever happens to the step that runs.</summary>
    public void Keep(long through) => KeepThrough = through;

    public void Offer(IReadOnlyList<Tool> tools) => Tools = tools;

    /// <summary>Gives the next provider call its number.</summary>
    public void CountCall() => Attempt = CallsBegun + 1;

    /// <summary>The provider call that is counted begins.</summary>
    public void BeginCall()
    {
        CallsBegun = Attempt;
        ForgetCall();
    }

    /// <summary>The call that was begun does not count: its provider was not asked, or nobody minds that it was refused.</summary>
    public void ExcuseCall() => CallsBegun--;

    /// <summary>After a fault of this worker nobody knows how far the counted call came: it counts as begun.</summary>
    public void AssumeCallBegun() => CallsBegun = Attempt;

    /// <summary>What the call has produced is dropped: another one takes its place.</summary>
    public void ForgetCall()
    {
        Output.Clear();
        if (Steps.Count == 0) FirstPiece = null;
    }

    public void AddFailure(AttemptFailure failed) => failures.Add(failed);

    /// <summary>It is the one that asks for all who have the same question.</summary>
    public void AskForOthers() => IsAwaited = true;

    public void MarkFirstPiece() => FirstPiece ??= Age;

    public void Leave(string outcome, FailureReason? failure = null) => (Outcome, Failure) = (outcome, failure);

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

    /// <summary>Looks at what a fenced write or question says. If another worker owns the generation, the run stops and nothing more of it goes out.</summary>
    /// <exception cref="FencedException">Another worker owns it.</exception>
    public void EnsureHeld(bool isHeld)
    {
        if (isHeld) return;
        Stop(StopCause.Fenced);
        throw new FencedException();
    }

    public void Dispose()
    {
        stop.Dispose();
        mute.Dispose();
    }

    private static double Milliseconds(TimeSpan span) => Math.Round(Math.Max(0, span.TotalMilliseconds), 3);
}
