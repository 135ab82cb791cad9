using System.Text.Json;
using Millrace.Contracts;
using Millrace.Engine.Budgets;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Publishing;
using Millrace.Engine.Reuse;
using Millrace.Engine.Runs;
using Millrace.Engine.Sessions;
using Millrace.Engine.Telemetry;
using Millrace.Engine.ToolCalls;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sessions;
using Millrace.Persistence.ToolCalls;
using Millrace.Providers.Failures;

namespace Millrace.Engine.Execution;

/// <summary>The end of a run: the terminal event is committed with the state, then announced behind the last chunk.</summary>
public sealed partial class Finisher(RunStore store, TurnStore turns, ToolCallStore calls, StepLog steps, TicketSender tickets, Announcer announcer, BudgetGate budget, AnswerReuse reuse, FleetMetrics metrics, ILogger<Finisher> log)
{
    /// <summary>An answer is the last message of its turn; a step that ends in calls for the caller is one already.</summary>
    public Task CompleteAsync(Run run, Candidate candidate, Answer answer)
    {
        var cost = RunCost.OfAnswer(run, endsWithStep: answer.Handed is not null);
        return EndAsync(run, GenerationState.Completed, answer.Handed is null ? Reply(run, candidate.Provider, answer.Model) : null, cost, () => Completed(run, candidate, answer, cost));
    }

    private static GenerationCompleted Completed(Run run, Candidate candidate, Answer answer, decimal? cost) => new()
    {
        GenerationId = run.Id,
        SessionId = run.Request.SessionId,
        Text = answer.Handed?.Content.Text ?? run.Text.ToString(),
        Reasoning = Thoughts(answer.Handed?.Content.Reasoning ?? run.Reasoning.All()),
        FinishReason = answer.FinishReason,
        ToolCalls = answer.Handed is { } step ? [.. step.Handed.Select(call => call.Call)] : null,
        Provider = candidate.Provider,
        Model = answer.Model,
        Usage = run.TotalUsage,
        Cost = cost,
        ReusedFrom = answer.ReusedFrom,
        Attempts = run.Attempt,
        Failures = run.Failures.Count == 0 ? null : run.Failures,
        IgnoredOptions = answer.IgnoredOptions.Count == 0 ? null : answer.IgnoredOptions,
        IgnoredMembers = run.Correlation?.IgnoredMembers,
        OmittedTurns = run.OmittedTurns == 0 ? null : run.OmittedTurns,
        LastSequence = run.Chunks.LastSequence,
        Timings = run.Timings(),
    };

    private static string? Thoughts(IReadOnlyList<Reasoning> reasoning) => string.Concat(reasoning.Select(piece => piece.Text)) is { Length: > 0 } thoughts ? thoughts : null;

    public Task FailAsync(Run run, Candidate? candidate, ProviderException failure) => EndAsync(run, GenerationState.Failed, Partial(run, candidate), RunCost.OfRest(run), () => new GenerationFailed
    {
        GenerationId = run.Id,
        SessionId = run.Request.SessionId,
        Reason = failure.Reason,
        Message = failure.Message,
        Retryable = failure.Reason.IsRetryable(),
        Provider = candidate?.Provider,
        Model = candidate?.Model,
        HttpStatus = failure.HttpStatus,
        ProviderRequestId = failure.RequestId,
        ProviderCode = failure.Code,
        ProviderParam = failure.Param,
        Attempts = run.Attempt,
        Failures = run.Failures.Count == 0 ? null : run.Failures,
        Cost = RunCost.OfRest(run),
        PartialText = PartialText(run),
        IgnoredMembers = run.Correlation?.IgnoredMembers,
        LastSequence = run.Chunks.LastSequence,
        Timings = run.Timings(),
    }, failure.Reason);

    public Task CancelAsync(Run run, Candidate? candidate) => EndAsync(run, GenerationState.Cancelled, run.Steps.Count == 0 ? Cut(run, candidate) : Partial(run, candidate), RunCost.OfRest(run), () => new GenerationCancelled
    {
        GenerationId = run.Id,
        SessionId = run.Request.SessionId,
        Reason = run.StopReason,
        PartialText = PartialText(run),
        IgnoredMembers = run.Correlation?.IgnoredMembers,
        Usage = run.TotalUsage,
        Cost = RunCost.OfRest(run),
        Attempts = run.Attempt,
        LastSequence = run.Chunks.LastSequence,
        Timings = run.Timings(),
    });

    private async Task EndAsync<T>(Run run, string state, SessionMessage? reply, decimal? cost, Func<T> describe, FailureReason? failure = null) where T : class
    {
        // 1 No call is left open and no result untold; the last pieces are in the log, so the event can name the last sequence
        await SettleCallsAsync(run, state);
        await CompleteChunksAsync(run, state);
        var terminal = describe();

        // 2 State, transcript, usage and cost in one write; what the budget held for it is settled then
        var outcome = JsonSerializer.Serialize(terminal, ContractsJson.Options);
        var ending = new TerminalWrite(state, outcome, run.Attempt, run.FailuresJson(), run.Chunks.LastSequence, run.TotalUsage) { CostNanos = Nanos.Of(cost) };
        var ended = await WriteAsync(run, ending, reply);
        (run.Outcome, run.Failure) = (state, failure);
        metrics.Ended(run);
        await budget.SettleAsync(run);
        await reuse.WakeAsync(run);

        // 3 The announcement goes last, and is recorded when the broker has it
        try
        {
            await run.Chunks.Published;
            await announcer.AnnounceAsync(terminal, run.Id, run.Claim.Channel, run.Correlation, ended.Requesters, run.Muted);
        }
        catch (Exception fault) when (!run.Muted.IsCancellationRequested) // it has ended all the same; the sweeper announces it
        {
            LogNotAnnounced(run.Id, fault.GetType().Name);
        }
    }

    /// <summary>The table may know more than this run does: an answer that came while it dealt with others.</summary>
    private async Task SettleCallsAsync(Run run, string state)
    {
        var mayBeOpen = run.Steps is [.., { IsSettled: false }] || (run.Cause == StopCause.Fault && run.Claim.Fence.Epoch > 1)
            || (state != GenerationState.Completed && run.Steps is [.., { Handed.Count: > 0 }]); // only a completed generation hands them over
        if (mayBeOpen) await calls.AbandonAsync(run.Claim.Fence, AbandonedCalls, run.Muted);
        if (run.Steps.Count == 0) return;
        if (mayBeOpen) await steps.ReloadAsync(run);
        foreach (var call in run.Steps[^1].Calls) CallEnding.Tell(run, call);
    }

    /// <summary>With a turn's end its messages enter the session, and the next one's turn begins.</summary>
    private async Task<Ended> WriteAsync(Run run, TerminalWrite ending, SessionMessage? reply)
    {
        if (run.Request.SessionId is not { } session)
            return await store.FinishAsync(run.Claim.Fence, ending, run.Muted) ?? throw new FencedException();
        var end = await turns.FinishAsync(run.Claim.Fence, ending, session, Turn.Messages(run.Request, run.Steps, reply), run.Muted);
        if (end.Ended is null) throw new FencedException();
        if (end.Next is { } next) await tickets.SendAsync(next.Id, next.Lane, run.Muted);
        return end.Ended;
    }

    private static readonly string AbandonedCalls = StepCall.Json(RunStep.EndedFirst);

    /// <summary>A failure without a word leaves the session as it was.</summary>
    private static SessionMessage? Partial(Run run, Candidate? candidate) => run.Text.Length == 0 ? null : Cut(run, candidate);

    private static SessionMessage Cut(Run run, Candidate? candidate) => Reply(run, candidate?.Provider, candidate?.Model) with { Partial = true };

    private static SessionMessage Reply(Run run, string? provider, string? model) =>
        Turn.Reply(run.Id, run.Text.ToString(), provider, model) with { Usage = run.Usage };

    /// <summary>After a fault of the log itself, a failure is told with what the log holds; an answer is not told at all.</summary>
    private static async Task CompleteChunksAsync(Run run, string state)
    {
        try
        {
            await run.Chunks.CompleteAsync();
        }
        catch (Exception) when (run.Cause == StopCause.Fault && state == GenerationState.Failed)
        {
        }
    }

    /// <summary>What the last step has said so far: the one whose tools are running, as long as the next has said nothing.</summary>
    private static string? PartialText(Run run) => run.Text.Length > 0 ? run.Text.ToString()
        : run.Produced == 0 && run.Steps is [.., { Content.Text.Length: > 0 } last] ? last.Content.Text
        : null;

    [LoggerMessage(LogLevel.Warning, "The end of {Generation} was not announced ({Fault}); the sweeper will do it")]
    private partial void LogNotAnnounced(Guid generation, string fault);
}
