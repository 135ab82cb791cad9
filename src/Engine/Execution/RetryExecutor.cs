using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Failures;
using Millrace.Engine.Prompts;
using Millrace.Engine.Runs;
using Millrace.Engine.Settings;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.Generations;
using Millrace.Providers.Failures;
using Millrace.Providers.Options;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Execution;

/// <summary>
/// Carries out what the plan says after a failed call: a short wait in place, a longer one parked without a slot, the next
/// fallback on its own lane, or the failure itself.
/// </summary>
public sealed class RetryExecutor(Candidates candidates, IOptions<MillraceOptions> options, FleetMetrics metrics, TimeProvider time)
{
    private static readonly TimeSpan LongestWaitInPlace = TimeSpan.FromSeconds(1);

    /// <summary>Carries the plan out, and says whether to call again now.</summary>
    public async Task<Repetition> RepeatAsync(ClaimedRun claimed, Candidate candidate, Provider provider, Failure failure)
    {
        var run = claimed.Run;
        var state = new RetryState(
            CallsOfCandidate(run, candidate) + 1, candidate.Number < Candidates.FallbacksOf(run.Request),
            run.Now - run.StepBegan, run.Steps.Count == 0 ? run.Request.NotAfter - run.Now : null,
            CorrectionsLeft(run, candidate, provider), run.Request.Class == GenerationClass.Bulk);
        var decision = RetryPlan.After(failure, state, options.Value.Retry, Random.Shared.NextDouble());
        if (decision is RetryDecision.GiveUp) return Repetition.GivenUp;

        var isExcused = state.Excuses(failure);
        if (!isExcused) run.AddFailure(Describe(run, candidate, failure));
        if (decision is not RetryDecision.Again { Delay: var delay })
        {
            await GoElsewhereAsync(claimed, candidate, isExcused);
            return Repetition.Left;
        }

        if (failure.Reason != FailureReason.InvalidOutput) metrics.Paused(run, PauseReason.Of(failure));
        if (delay > LongestWaitInPlace || !run.HasTimeFor(provider.Options.TotalTimeout))
        {
            if (isExcused) run.ExcuseCall();
            await claimed.ParkAsync(delay);
            return Repetition.Left;
        }

        claimed.DiscardCall();
        await Task.Delay(delay, time, run.Stopping);
        if (isExcused) run.ExcuseCall();
        await claimed.CountCallAsync();
        return Repetition.Now;
    }

    private async Task GoElsewhereAsync(ClaimedRun claimed, Candidate candidate, bool isExcused)
    {
        var (next, _) = candidates.Resolve(claimed.Run.Request, candidate.Number + 1).Required();
        if (isExcused) claimed.Run.ExcuseCall();
        await claimed.RerouteAsync(next);
    }

    private static int CallsOfCandidate(Run run, Candidate candidate) => FailuresOfCandidate(run, candidate).Count();

    private static int CorrectionsLeft(Run run, Candidate candidate, Provider provider) =>
        (OptionDefaults.Complete(run.Request.Options, provider.Options.Options)?.MaxCorrections ?? Dialogue.DefaultCorrections)
        - FailuresOfCandidate(run, candidate).Count(failed => failed.Reason == FailureReason.InvalidOutput);

    /// <summary>Recorded failures of this step since this candidate's turn began.</summary>
    private static IEnumerable<AttemptFailure> FailuresOfCandidate(Run run, Candidate candidate) => run.Failures.Reverse()
        .TakeWhile(failed => failed.Step == run.Step && failed.Provider == candidate.Provider && failed.Model == candidate.Model);

    private static AttemptFailure Describe(Run run, Candidate candidate, Failure failure) => new()
    {
        Attempt = run.Attempt,
        Step = run.Step,
        Provider = candidate.Provider,
        Model = candidate.Model,
        Reason = failure.Reason,
        Message = failure.Message,
        HttpStatus = failure.HttpStatus,
        ProviderRequestId = failure.RequestId,
        ProviderCode = failure.Code,
        ProviderParam = failure.Param,
        Cost = run.Output.Cost,
    };
}
