using Millrace.Contracts;
using Millrace.Engine.Failures;
using Millrace.Engine.Prompts;
using Millrace.Engine.Requests;
using Millrace.Engine.Runs;
using Millrace.Engine.ToolCalls;
using Millrace.Persistence.Generations;
using Millrace.Providers.Options;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Execution;

/// <summary>
/// From step to step: (1) the calls of the last one, and the end, when some of them are the caller's to make, (2) the prompt with their results, (3) provider calls
/// until one answers, or the plan says otherwise, (4) the end, when the model calls no more tools, or (5) a record of its calls.
/// </summary>
public sealed class StepLoop(Conversation conversation, ToolRound tools, CallLoop calls)
{
    private const int DefaultMaxSteps = 10;

    public async Task<CallResult> RunAsync(ClaimedRun claimed, Candidate candidate, Provider provider)
    {
        var run = claimed.Run;
        var material = new PromptMaterial();
        while (true)
        {
            // 1 Here and not where the last step is recorded: its worker may have died between the two
            var isLastStep = run.Steps.Count >= (run.Request.MaxSteps ?? DefaultMaxSteps);
            if (isLastStep && run.Steps is [.., { Handed.Count: 0 }]) throw TooManySteps(run);
            if (run.Steps.Count > 0 && !await tools.RunAsync(claimed)) return new CallResult.Left();
            if (run.Steps is [.., { Handed.Count: > 0 } last]) return new CallResult.Answered(Answer.Of(last));

            // 2
            var prompt = await conversation.PromptAsync(run, material, candidate, provider);
            var form = AnswerForm.Of(OptionDefaults.Complete(run.Request.Options, provider.Options.Options));
            if (run.Steps.Count > 0 && !await TryCountCallAsync(claimed, provider)) return new CallResult.Left();

            // 3
            var called = await calls.RunAsync(claimed, candidate, provider, new Dialogue(prompt, form));
            if (called is not CallResult.Answered { Answer: var answer }) return called;
            answer = answer with { OmittedTurns = prompt.OmittedTurns };

            // 4
            if (run.Output.Calls.Count == 0) return new CallResult.Answered(answer);

            // 5
            await claimed.RecordStepAsync(candidate, answer);
        }
    }

    /// <summary>Counts the first provider call of another step, unless the claim has. False when the run waits for a new ticket instead.</summary>
    private static async Task<bool> TryCountCallAsync(ClaimedRun claimed, Provider provider)
    {
        if (!claimed.Run.HasTimeFor(provider.Options.TotalTimeout))
        {
            await claimed.RenewTicketAsync();
            return false;
        }
        if (!claimed.Run.IsCallCounted) await claimed.CountCallAsync();
        return true;
    }

    private static GenerationException TooManySteps(Run run)
    {
        var notMade = string.Join(", ", run.Steps[^1].Calls.Select(call => $"{call.Name} ({call.Id})"));
        return new(FailureReason.ToolLoopExceeded, $"After {run.Steps.Count} steps (MaxSteps) the model still called tools; not made: {notMade}.");
    }
}
