using Millrace.Contracts;
using Millrace.Engine.Budgets;
using Millrace.Engine.Limits;
using Millrace.Engine.Prompts;
using Millrace.Engine.Publishing;
using Millrace.Engine.Requests;
using Millrace.Engine.Reuse;
using Millrace.Engine.Runs;
using Millrace.Engine.Settings;
using Millrace.Engine.Telemetry;
using Millrace.Engine.ToolCalls;
using Millrace.Persistence.Generations;
using Millrace.Providers.Failures;
using Millrace.Providers.Options;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Execution;

/// <summary>
/// From step to step: (1) the calls of the last one, and the end, when some of them are the caller's to make, (2) the prompt with their results, (3) an answer that is
/// recorded already, or a provider call, when the limits let it pass and the budget has room for it, until it answers or the plan says otherwise, (4) the end, when the model calls no more tools, or (5) a
/// record of its calls.
/// </summary>
public sealed class StepLoop(
    RunStore store, Gate gate, ProviderStep step, Repeater repeater, Conversation conversation, ToolRound tools, StepLog log, BudgetGate budget, AnswerReuse reuse, WorkerIdentity worker)
{
    private const int DefaultMaxSteps = 10;

    /// <summary>The answer or the failure; neither when the run has been parked or sent to another lane.</summary>
    public async Task<CallResult> RunAsync(Run run, Candidate candidate, Provider provider)
    {
        while (true)
        {
            // 1 Here and not where the last step is recorded: its worker may have died between the two
            if (run.Steps is [.., { Handed.Count: 0 }] && run.Steps.Count >= (run.Request.MaxSteps ?? DefaultMaxSteps)) throw TooManySteps(run);
            if (run.Steps.Count > 0 && !await tools.RunAsync(run)) return Left(run);
            if (run.Steps is [.., { Handed.Count: > 0 } last])
            {
                run.OmittedTurns = last.Content.OmittedTurns ?? 0;
                return CallResult.Of(Answer.Of(last));
            }

            // 2
            var prompt = await conversation.PromptAsync(run, candidate, provider);
            if (run.Steps.Count > 0 && !await BeginCallAsync(run, provider)) return Left(run);

            // 3
            if (await reuse.FindAsync(run, candidate, provider, prompt) is { } recorded) return CallResult.Of(recorded);
            if (run.Outcome == RunOutcome.Parked) return CallResult.Left;
            var dialogue = new Dialogue(prompt, AnswerForm.Of(OptionDefaults.Complete(run.Request.Options, provider.Options.Options)));
            var called = await CallAsync(run, candidate, provider, dialogue);
            if (called.Failure is not null) return called;
            if (called.Answer is not { } answer) return Left(run);

            // 4
            if (run.Calls.Count == 0) return called;

            // 5
            await log.RecordAsync(run, candidate, answer);
            await budget.ReleaseAsync(run);
        }
    }

    /// <summary>Parked, unless it is known to have gone elsewhere.</summary>
    private static CallResult Left(Run run)
    {
        if (run.Outcome != RunOutcome.Rerouted) run.Outcome = RunOutcome.Parked;
        return CallResult.Left;
    }

    /// <summary>Calls until there is an answer, or the plan says otherwise.</summary>
    private async Task<CallResult> CallAsync(Run run, Candidate candidate, Provider provider, Dialogue dialogue)
    {
        while (true)
        {
            if (await gate.EnterAsync(run, candidate, provider, dialogue.Prompt) is not { } pass) return CallResult.Left;
            var called = await AskAsync(run, candidate, provider, dialogue, pass);
            if (called.Failure is not { } failure) return called;
            await budget.ReleaseAsync(run);
            switch (await repeater.RepeatAsync(run, candidate, provider, failure))
            {
                case Repetition.Left:
                    return CallResult.Left;
                case Repetition.GivenUp:
                    return called;
            }
        }
    }

    /// <summary>The pass ends with the call, before anything is repeated.</summary>
    private async Task<CallResult> AskAsync(Run run, Candidate candidate, Provider provider, Dialogue dialogue, Pass pass)
    {
        using var used = pass;
        if (await budget.ReserveAsync(run, candidate, provider, dialogue.Prompt) is { } refusal) return CallResult.Of(refusal);
        AnnounceStart(run, candidate);
        var called = await step.RunAsync(run, candidate, provider, dialogue.Prompt);
        if (called.Answer is not { } answer) return called;
        run.Spending.End(run);
        if (run.Calls.Count > 0) return called;
        var invalid = await dialogue.CheckAsync(run.Text.ToString(), answer.FinishReason, provider.Name, run.Stopping);
        return invalid is null ? called : CallResult.Of(invalid);
    }

    /// <summary>Counts the first provider call of another step, unless the claim has. False when it has to wait for a new ticket.</summary>
    private async Task<bool> BeginCallAsync(Run run, Provider provider)
    {
        if (!run.HasTimeFor(provider.Options.TotalTimeout))
        {
            await run.Chunks.DrainAsync();
            Fence(await store.ParkAsync(run.Claim.Fence, run.CallsBegun, run.FailuresJson(), TimeSpan.Zero, run.Muted));
            return false;
        }
        if (run.HasCalled)
        {
            run.Attempt++;
            Fence(await store.BeginAttemptAsync(run.Claim.Fence, run.Attempt, run.FailuresJson(), run.Muted));
        }
        return true;
    }

    private static void Fence(bool held)
    {
        if (!held) throw new FencedException();
    }

    private void AnnounceStart(Run run, Candidate candidate) => run.Chunks.Publish(
        new GenerationStarted
        {
            GenerationId = run.Id,
            SessionId = run.Request.SessionId,
            Worker = worker.Name,
            Provider = candidate.Provider,
            Model = candidate.Model,
            Attempt = run.Attempt,
            Epoch = run.Claim.Fence.Epoch,
            StartedAt = run.Now,
        },
        EventIds.Of(run.Id, "started", run.Attempt));

    private static ProviderException TooManySteps(Run run) => new(FailureReason.ToolLoopExceeded,
        $"After {run.Steps.Count} steps (MaxSteps) the model still called tools; not made: {string.Join(", ", run.Steps[^1].Calls.Select(call => $"{call.Name} ({call.Id})"))}.");
}
