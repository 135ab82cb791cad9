using Millrace.Contracts;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Poison;
using Millrace.Engine.Runs;
using Millrace.Engine.Tools;
using Millrace.Persistence.Generations;
using Millrace.Providers.Failures;

namespace Millrace.Engine.Execution;

/// <summary>Looks at a claimed generation before anything is done for it: (1) is it cancelled, (2) may it still run, (3) who is called, (4) with which tools.</summary>
public sealed class RunStarter(CancelStore cancels, Candidates candidates, ToolCatalog tools)
{
    /// <exception cref="OperationCanceledException">It has been cancelled; the run has been stopped.</exception>
    public async Task<RunStart> StartAsync(Run run, Suspicion suspicion)
    {
        // 1
        if (run.Claim.CancelRequested) run.Stop(StopCause.Cancelled, await cancels.ReasonAsync(run.Id, run.Muted));
        run.Stopping.ThrowIfCancellationRequested();

        // 2
        if (suspicion.IsPoison) return new RunStart.Refused(Poisonous(suspicion), Candidate: null);
        if (run.Request.NotAfter <= run.Claim.StartedAt) return new RunStart.Refused(Expired(run), Candidate: null);

        // 3
        var choice = candidates.Resolve(run.Request, run.Claim.Candidate);
        if (!choice.Found) return new RunStart.Refused(choice.Failure, Candidate: null);

        // 4
        var selection = await tools.SelectAsync(run.Request, mustExist: run.Steps.Count == 0, run.Stopping);
        if (selection.Refusal is { } unknown) return new RunStart.Refused(unknown, choice.Candidate);
        run.Offer(selection.Tools);
        return new RunStart.Ready(choice.Candidate, choice.Provider);
    }

    private static Failure Expired(Run run) => new(FailureReason.Expired,
        $"NotAfter was {run.Request.NotAfter:O}; a worker could begin only at {run.Claim.Now:O}.");

    private static Failure Poisonous(Suspicion suspicion) => new(FailureReason.Internal,
        $"{suspicion.Deaths} workers died while they ran this generation, so it is not run again.");
}
