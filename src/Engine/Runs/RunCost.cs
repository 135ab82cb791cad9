using Millrace.Contracts;

namespace Millrace.Engine.Runs;

/// <summary>What a generation's provider calls cost, in US dollars: its steps, the calls that failed, and the last one.</summary>
internal static class RunCost
{
    /// <summary>Of one that was answered: null unless the cost of each call that gave a part of the answer is known. What failed on the way counts as far as it is known.</summary>
    /// <param name="run">Which.</param>
    /// <param name="endsWithStep">The answer is its last step; no call came after it.</param>
    public static decimal? OfAnswer(Run run, bool endsWithStep) => OfSteps(run.Steps) + OfFailures(run.Failures) + (endsWithStep ? 0 : run.Output.Cost);

    /// <inheritdoc cref="OfRest(IReadOnlyList{RunStep}, IReadOnlyList{AttemptFailure}, decimal?)"/>
    public static decimal? OfRest(Run run) => OfRest(run.Steps, run.Failures, run.Output.Cost);

    /// <summary>Of one that failed or was cancelled: as far as it is known; null if nothing is, or not of each step.</summary>
    public static decimal? OfRest(IReadOnlyList<RunStep> steps, IReadOnlyList<AttemptFailure> failures, decimal? call) =>
        steps.Count == 0 && call is null && failures.All(failed => failed.Cost is null) ? null : OfSteps(steps) + OfFailures(failures) + (call ?? 0);

    /// <summary>Of the calls that are recorded, as far as it is known.</summary>
    public static decimal Recorded(Run run) => run.Steps.Sum(step => step.Cost ?? 0) + OfFailures(run.Failures);

    private static decimal? OfSteps(IReadOnlyList<RunStep> steps) => steps.Aggregate((decimal?)0, (sum, step) => sum + step.Cost);

    private static decimal OfFailures(IReadOnlyList<AttemptFailure> failures) => failures.Sum(failed => failed.Cost ?? 0);
}
