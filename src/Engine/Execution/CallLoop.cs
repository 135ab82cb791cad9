using Millrace.Contracts;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Guards;
using Millrace.Engine.Prompts;
using Millrace.Engine.Publishing;
using Millrace.Engine.Runs;
using Millrace.Engine.Settings;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.Generations;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Execution;

/// <summary>
/// The provider calls of one step, until one answers: (1) the guards are asked, (2) the call is made, (3) what its guards hold is released, (4) the plan says
/// what follows a failure.
/// </summary>
public sealed class CallLoop(
    CallGuards guards, ProviderStep step, RetryExecutor retries, ParkedWakeups wakeups, FleetMetrics metrics, WorkerIdentity worker, TimeProvider time)
{
    internal async Task<CallResult> RunAsync(ClaimedRun claimed, Candidate candidate, Provider provider, Dialogue dialogue)
    {
        for (var isRepeat = false; ; isRepeat = true)
        {
            // 1
            var call = new PlannedCall(claimed.Run, candidate, provider, dialogue.Prompt, time) { IsRepeat = isRepeat };
            switch (await guards.AskAsync(call, claimed.Run.Stopping))
            {
                case GuardAnswer.Refused refused:
                    return new CallResult.Failed(refused.Failure);

                case GuardAnswer.Answered recorded:
                    Give(claimed, recorded);
                    return new CallResult.Answered(recorded.Answer);

                case GuardAnswer.Park park:
                    await ParkAsync(claimed, park);
                    return new CallResult.Left();

                case GuardAnswer.Proceed { Lease: var lease }:
                    // 2 and 3
                    var called = await CallAsync(claimed, call, dialogue, lease);
                    if (called is not CallResult.Failed { Failure: var failure }) return called;

                    // 4
                    var next = await retries.RepeatAsync(claimed, candidate, provider, failure);
                    if (next == Repetition.Left) return new CallResult.Left();
                    if (next == Repetition.GivenUp) return called;
                    break;
            }
        }
    }

    /// <summary>The answer is checked before anything is released: a check takes the call's time.</summary>
    private async Task<CallResult> CallAsync(ClaimedRun claimed, PlannedCall call, Dialogue dialogue, ICallLease lease)
    {
        var end = CallEnd.Interrupted;
        try
        {
            AnnounceStart(claimed, call.Candidate);
            var called = await step.RunAsync(claimed, call.Candidate, call.Provider, dialogue.Prompt);
            called = await CheckAsync(claimed.Run, call.Provider, dialogue, called);
            var isFinal = called is CallResult.Answered && claimed.Run.Output.Calls.Count == 0;
            end = isFinal ? CallEnd.Final : CallEnd.GoesOn;
            return called;
        }
        finally
        {
            await lease.ReleaseAsync(end);
        }
    }

    /// <summary>An answer without the form that is asked for is a failure, which the model can mend.</summary>
    private static async Task<CallResult> CheckAsync(Run run, Provider provider, Dialogue dialogue, CallResult called)
    {
        if (called is not CallResult.Answered { Answer: var answer } || run.Output.Calls.Count > 0) return called;
        var invalid = await dialogue.CheckAsync(run.Output.Text, answer.FinishReason, provider.Name, run.Stopping);
        return invalid is null ? called : new CallResult.Failed(invalid);
    }

    /// <summary>A recorded answer goes out like one that has just been made. It costs nothing.</summary>
    private static void Give(ClaimedRun claimed, GuardAnswer.Answered recorded)
    {
        claimed.Run.MarkFirstPiece();
        if (recorded.Reasoning is { } thoughts) claimed.AddReasoning(thoughts, proof: null);
        claimed.AddText(recorded.Text);
        claimed.Run.Output.Price(0);
    }

    private async Task ParkAsync(ClaimedRun claimed, GuardAnswer.Park park)
    {
        var run = claimed.Run;
        var delay = park.IsPunctual ? UntilTooLate(run, park.Delay) : park.Delay;
        await claimed.ParkAsync(delay);
        metrics.Paused(run, park.Reason);
        if (park.IsPunctual) wakeups.Plan(run.Id, run.Claim.Lane, delay);
    }

    /// <summary>Back in time for one more try, and to be told that it was too late.</summary>
    private static TimeSpan UntilTooLate(Run run, TimeSpan delay)
    {
        if (run.Steps.Count > 0 || run.Request.NotAfter - run.Now is not { } left || delay <= left) return delay;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void AnnounceStart(ClaimedRun claimed, Candidate candidate)
    {
        var run = claimed.Run;
        var started = new GenerationStarted
        {
            GenerationId = run.Id,
            SessionId = run.Request.SessionId,
            Worker = worker.Name,
            Provider = candidate.Provider,
            Model = candidate.Model,
            Attempt = run.Attempt,
            Epoch = run.Claim.Fence.Epoch,
            StartedAt = run.Now,
        };
        claimed.Chunks.Publish(started, EventIds.Of(run.Id, "started", run.Attempt));
    }
}
