using Millrace.Contracts;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Sessions;
using Millrace.Persistence.ToolCalls;

namespace Millrace.Engine.Runs;

/// <summary>
/// A generation in this worker's hands: what is produced goes out through it, and each way to leave the worker is one of its methods. All of its writes are fenced.
/// Before the generation is given up its chunks are in the log and, if the broker takes them within a second, out: the next owner goes on numbering where the log ends.
/// </summary>
public sealed class ClaimedRun(
    Run run, ChunkStreams streams, StepLog steps, RunStore store, ToolCallStore calls, TurnStore turns, TicketSender tickets)
{
    private ChunkStream? chunks;

    public Run Run => run;

    /// <summary>The way out of its pieces, once the run is open.</summary>
    public ChunkStream Chunks => chunks ?? throw new InvalidOperationException($"The run of {run.Id} is not open.");

    /// <summary>Opens its stream behind what is in the log, and reads the steps that are recorded.</summary>
    public async Task OpenAsync()
    {
        chunks = await streams.OpenAsync(run);
        await steps.ResumeAsync(run);
    }

    public void AddText(string delta)
    {
        run.Output.AddText(delta);
        Chunks.Add(ChunkKind.Text, delta);
    }

    /// <param name="delta">May be empty where nothing but a proof comes.</param>
    /// <param name="proof">What the provider wants to see again.</param>
    public void AddReasoning(string delta, string? proof)
    {
        run.Output.Reasoning.Add(delta, proof);
        if (delta.Length > 0) Chunks.Add(ChunkKind.Reasoning, delta);
    }

    public void AddCall(ToolCallDraft call)
    {
        run.Output.AddCall(call);
        Chunks.AddCall(new ToolCall(call.Id, call.Name, call.Arguments));
    }

    /// <summary>Gives the next provider call its number, and records what failed before it.</summary>
    public async Task CountCallAsync()
    {
        run.CountCall();
        run.EnsureHeld(await store.BeginAttemptAsync(run.Claim.Fence, run.Attempt, run.FailuresJson(), run.Muted));
    }

    /// <summary>Drops what the call has produced. Readers are told by a mark, if the log holds some of it.</summary>
    public void DiscardCall()
    {
        Chunks.Restart(run.KeepThrough);
        run.ForgetCall();
    }

    /// <summary>Records a step that ended in calls, before any of them is made.</summary>
    public async Task RecordStepAsync(Candidate candidate, Answer answer)
    {
        await Chunks.FlushAsync();
        await steps.RecordAsync(run, candidate, answer, Chunks.LastSequence);
    }

    /// <summary>Looks at the calls of the last step again: somebody may have answered.</summary>
    public Task ReloadStepAsync() => steps.ReloadAsync(run);

    /// <summary>Gives the slot up until the delay has passed. What the call has produced and is not in the log yet is dropped.</summary>
    public async Task ParkAsync(TimeSpan delay)
    {
        if (chunks is not null) await chunks.LeaveAsync();
        await ParkRowAsync(delay);
    }

    /// <summary>Gives the slot up for a new ticket: this one has no time for what comes next. Nothing is dropped.</summary>
    public async Task RenewTicketAsync()
    {
        await Chunks.DrainAsync();
        await ParkRowAsync(TimeSpan.Zero);
    }

    /// <summary>Gives the slot up until somebody answers a call of the last step, or it is to be asked again. False when there is an answer already.</summary>
    public async Task<bool> TryParkForAnswersAsync()
    {
        var isAsked = await Chunks.DrainAsync();
        var open = run.Steps[^1].Open;
        var delay = run.Steps[^1].LookAgainAt is { } at && at > run.Now ? at - run.Now : TimeSpan.Zero;
        // A question that the broker is not known to have is asked again by whoever goes on
        var asked = isAsked ? open.Where(call => call.AgainAt is not null).Select(call => (call.Id, call.AgainAt!.Value - run.Now)).ToList() : [];
        var isParked = await calls.ParkAsync(run.Claim.Fence, run.CallsBegun, run.FailuresJson(), delay, asked, run.Muted);
        run.EnsureHeld(isParked is not null);
        if (isParked is true) run.Leave(RunOutcome.Parked);
        return isParked is true;
    }

    /// <summary>Sends the generation to its next fallback's lane.</summary>
    public async Task RerouteAsync(Candidate next)
    {
        await Chunks.LeaveAsync();
        run.EnsureHeld(await store.RerouteAsync(run.Claim.Fence, run.CallsBegun, run.FailuresJson(), next, run.Muted));
        run.Leave(RunOutcome.Rerouted);
        await tickets.SendAsync(run.Id, next.Lane, run.Muted);
    }

    /// <summary>Makes the generation runnable for others, because this worker is going away. If others have it already, it is theirs.</summary>
    public async Task HandBackAsync()
    {
        await Chunks.LeaveAsync();
        run.Leave(RunOutcome.HandedBack);
        if (await store.HandBackAsync(run.Claim.Fence, run.Muted)) await tickets.SendAsync(run.Id, run.Claim.Lane, run.Muted);
    }

    /// <summary>Enters the terminal state with everything that belongs to it. With a turn's end its messages enter the session, and the next one's turn begins.</summary>
    /// <param name="ending">What is written.</param>
    /// <param name="failure">Why it failed, if it has.</param>
    /// <param name="turn">What it leaves in its session, if it has one.</param>
    public async Task<Ended> FinishAsync(TerminalWrite ending, FailureReason? failure, IReadOnlyList<SessionMessage> turn)
    {
        var ended = run.Request.SessionId is { } session
            ? await FinishTurnAsync(ending, session, turn)
            : await store.FinishAsync(run.Claim.Fence, ending, run.Muted);
        run.EnsureHeld(ended is not null);
        run.Leave(ending.State, failure);
        return ended!;
    }

    /// <summary>Nothing more will come, and nobody waits for the rest: the run belongs to someone else, or is over.</summary>
    public void Abandon() => chunks?.Abandon();

    private async Task<Ended?> FinishTurnAsync(TerminalWrite ending, Guid session, IReadOnlyList<SessionMessage> turn)
    {
        var end = await turns.FinishAsync(run.Claim.Fence, ending, session, turn, run.Muted);
        if (end is { Ended: not null, Next: { } next }) await tickets.SendAsync(next.Id, next.Lane, run.Muted);
        return end.Ended;
    }

    private async Task ParkRowAsync(TimeSpan delay)
    {
        run.EnsureHeld(await store.ParkAsync(run.Claim.Fence, run.CallsBegun, run.FailuresJson(), delay, run.Muted));
        run.Leave(RunOutcome.Parked);
    }
}
