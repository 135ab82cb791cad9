using System.Text.Json;
using Millrace.Contracts;
using Millrace.Engine.Guards;
using Millrace.Engine.Publishing;
using Millrace.Engine.Runs;
using Millrace.Engine.Sessions;
using Millrace.Engine.Telemetry;
using Millrace.Engine.ToolCalls;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Persistence.ToolCalls;
using Millrace.Providers.Failures;

namespace Millrace.Engine.Execution;

/// <summary>The end of a run: the terminal event is committed with the state, then announced behind the last chunk.</summary>
public sealed partial class RunCompletion(
    ToolCallStore calls, Announcer announcer, CallGuards guards, FleetMetrics metrics, ILogger<RunCompletion> log)
{
    private static readonly string AbandonedCalls = StepCall.Json(RunStep.EndedFirst);

    /// <summary>An answer is the last message of its turn; a step that ends in calls for the caller is one already.</summary>
    public Task CompleteAsync(ClaimedRun claimed, Candidate candidate, Answer answer)
    {
        var run = claimed.Run;
        var cost = RunCost.OfAnswer(run, endsWithStep: answer.Handed is not null);
        var reply = answer.Handed is null ? Reply(run, candidate.Provider, answer.Model) : null;
        return EndAsync(claimed, GenerationState.Completed, reply, cost, () => Completed(claimed, candidate, answer, cost));
    }

    public Task FailAsync(ClaimedRun claimed, Candidate? candidate, Failure failure)
    {
        var reply = Partial(claimed.Run, candidate);
        var cost = RunCost.OfRest(claimed.Run);
        return EndAsync(claimed, GenerationState.Failed, reply, cost, () => Failed(claimed, candidate, failure), failure.Reason);
    }

    public Task CancelAsync(ClaimedRun claimed, Candidate? candidate)
    {
        var run = claimed.Run;
        var reply = run.Steps.Count == 0 ? Cut(run, candidate) : Partial(run, candidate);
        return EndAsync(claimed, GenerationState.Cancelled, reply, RunCost.OfRest(run), () => Cancelled(claimed));
    }

    private static GenerationCompleted Completed(ClaimedRun claimed, Candidate candidate, Answer answer, decimal? cost)
    {
        var run = claimed.Run;
        return new()
        {
            GenerationId = run.Id,
            SessionId = run.Request.SessionId,
            Text = answer.Handed?.Content.Text ?? run.Output.Text,
            Reasoning = Thoughts(answer.Handed?.Content.Reasoning ?? run.Output.Reasoning.All()),
            FinishReason = answer.FinishReason,
            ToolCalls = answer.Handed is { } step ? [.. step.Handed.Select(call => call.Call)] : null,
            Provider = candidate.Provider,
            Model = answer.Model,
            Usage = run.TotalUsage,
            Cost = cost,
            ReusedFrom = answer.ReusedFrom,
            Attempts = run.CallsBegun,
            Failures = run.Failures.Count == 0 ? null : run.Failures,
            IgnoredOptions = answer.IgnoredOptions.Count == 0 ? null : answer.IgnoredOptions,
            IgnoredMembers = run.Correlation?.IgnoredMembers,
            OmittedTurns = answer.OmittedTurns == 0 ? null : answer.OmittedTurns,
            LastSequence = claimed.Chunks.LastSequence,
            Timings = run.Timings(),
        };
    }

    private static GenerationFailed Failed(ClaimedRun claimed, Candidate? candidate, Failure failure)
    {
        var run = claimed.Run;
        return new()
        {
            GenerationId = run.Id,
            SessionId = run.Request.SessionId,
            Reason = failure.Reason,
            Message = failure.Message,
            Retryable = failure.Retryable,
            Provider = candidate?.Provider,
            Model = candidate?.Model,
            HttpStatus = failure.HttpStatus,
            ProviderRequestId = failure.RequestId,
            ProviderCode = failure.Code,
            ProviderParam = failure.Param,
            Attempts = run.CallsBegun,
            Failures = run.Failures.Count == 0 ? null : run.Failures,
            Cost = RunCost.OfRest(run),
            PartialText = PartialText(run),
            IgnoredMembers = run.Correlation?.IgnoredMembers,
            LastSequence = claimed.Chunks.LastSequence,
            Timings = run.Timings(),
        };
    }

    private static GenerationCancelled Cancelled(ClaimedRun claimed)
    {
        var run = claimed.Run;
        return new()
        {
            GenerationId = run.Id,
            SessionId = run.Request.SessionId,
            Reason = run.StopReason,
            PartialText = PartialText(run),
            IgnoredMembers = run.Correlation?.IgnoredMembers,
            Usage = run.TotalUsage,
            Cost = RunCost.OfRest(run),
            Attempts = run.CallsBegun,
            LastSequence = claimed.Chunks.LastSequence,
            Timings = run.Timings(),
        };
    }

    private async Task EndAsync<T>(
        ClaimedRun claimed, string state, SessionMessage? reply, decimal? cost, Func<T> describe, FailureReason? failure = null) where T : class
    {
        var run = claimed.Run;

        // 1 No call is left open and no result untold; the last pieces are in the log, so the event can name the last sequence
        await SettleCallsAsync(claimed, state);
        await CompleteChunksAsync(claimed, state);
        var terminal = describe();

        // 2 State, transcript, usage and cost in one write; then what the guards hold for it
        var outcome = JsonSerializer.Serialize(terminal, ContractsJson.Options);
        var ending = new TerminalWrite(state, outcome, run.CallsBegun, run.FailuresJson(), claimed.Chunks.LastSequence, run.TotalUsage)
        {
            CostNanos = Nanos.Of(cost),
        };
        var turn = run.Request.SessionId is null ? [] : Turn.Messages(run.Request, run.Steps, reply);
        var ended = await claimed.FinishAsync(ending, failure, turn);
        metrics.Ended(run);
        await guards.EndedAsync(run);

        // 3 The announcement goes last, and is recorded when the broker has it
        try
        {
            await claimed.Chunks.Published;
            await announcer.AnnounceAsync(terminal, run.Id, run.Claim.Channel, run.Correlation, ended.Requesters, run.Muted);
        }
        catch (Exception fault) when (!run.Muted.IsCancellationRequested) // it has ended all the same; the sweeper announces it
        {
            LogNotAnnounced(run.Id, fault.GetType().Name);
        }
    }

    /// <summary>The table may know more than this run does: an answer that came while it dealt with others.</summary>
    private async Task SettleCallsAsync(ClaimedRun claimed, string state)
    {
        var run = claimed.Run;
        var lacksAnswers = run.Steps is [.., { IsSettled: false }];
        var hasUnreadSteps = run.Cause == StopCause.Fault && run.Claim.Fence.Epoch > 1;
        var keepsHandedCalls = state != GenerationState.Completed && run.Steps is [.., { Handed.Count: > 0 }]; // only a completed generation hands them over
        var mayBeOpen = lacksAnswers || hasUnreadSteps || keepsHandedCalls;
        if (mayBeOpen) await calls.AbandonAsync(run.Claim.Fence, AbandonedCalls, run.Muted);
        if (run.Steps.Count == 0) return;
        if (mayBeOpen) await claimed.ReloadStepAsync();
        foreach (var call in run.Steps[^1].Calls) ToolCallEnding.Tell(claimed, call);
    }

    private static string? Thoughts(IReadOnlyList<Reasoning> reasoning)
    {
        var thoughts = string.Concat(reasoning.Select(piece => piece.Text));
        return thoughts.Length > 0 ? thoughts : null;
    }

    /// <summary>A failure without a word leaves the session as it was.</summary>
    private static SessionMessage? Partial(Run run, Candidate? candidate) => run.Output.HasText ? Cut(run, candidate) : null;

    private static SessionMessage Cut(Run run, Candidate? candidate) => Reply(run, candidate?.Provider, candidate?.Model) with { Partial = true };

    private static SessionMessage Reply(Run run, string? provider, string? model) =>
        Turn.Reply(run.Id, run.Output.Text, provider, model) with { Usage = run.Output.Usage };

    /// <summary>After a fault of the log itself, a failure is told with what the log holds; an answer is not told at all.</summary>
    private static async Task CompleteChunksAsync(ClaimedRun claimed, string state)
    {
        try
        {
            await claimed.Chunks.CompleteAsync();
        }
        catch (Exception) when (claimed.Run.Cause == StopCause.Fault && state == GenerationState.Failed)
        {
        }
    }

    /// <summary>What the last step has said so far: the one whose tools are running, as long as the next has said nothing.</summary>
    private static string? PartialText(Run run)
    {
        if (run.Output.HasText) return run.Output.Text;
        var hasBegunToAnswer = run.Output.Characters > 0;
        return !hasBegunToAnswer && run.Steps is [.., { Content.Text.Length: > 0 } last] ? last.Content.Text : null;
    }

    [LoggerMessage(LogLevel.Warning, "The end of {Generation} was not announced ({Fault}); the sweeper will do it")]
    private partial void LogNotAnnounced(Guid generation, string fault);
}
