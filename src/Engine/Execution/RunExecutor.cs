using Millrace.Contracts;
using Millrace.Engine.Failures;
using Millrace.Engine.Poison;
using Millrace.Engine.Runs;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Providers.Failures;

namespace Millrace.Engine.Execution;

/// <summary>
/// The story of a run: (1) open its stream behind what is in the log, with the steps that are recorded, (2) refuse what must not run, (3) go from step to
/// step until there is an answer, (4) finish. However it stops, exactly one of these happens: it is
/// finished, parked, sent to another lane, handed back, or it belongs to someone else.
/// </summary>
public sealed partial class RunExecutor(
    ClaimedRuns claims, RunStarter starter, StepLoop loop, RunCompletion completion, Suspects suspects, PoisonReport poison, FleetMetrics metrics,
    ILogger<RunExecutor> log)
{
    /// <summary>How long one that has to run alone waits for another such one.</summary>
    private static readonly TimeSpan TurnPause = TimeSpan.FromSeconds(1);

    public async Task RunAsync(Run run)
    {
        using var span = run.StartSpan();
        metrics.Started(run);
        var claimed = claims.Of(run);
        try
        {
            // 1 One that has seen two workers die over it runs when no other such one does
            using var suspicion = await suspects.AskAsync(run.Claim.LostWorkers, run.Muted);
            if (!suspicion.MayRun)
            {
                await claimed.ParkAsync(TurnPause);
                return;
            }
            await claimed.OpenAsync();
            await StoryAsync(claimed, suspicion);
        }
        catch (FencedException)
        {
            Fence(run);
        }
        catch (OperationCanceledException) when (run.Muted.IsCancellationRequested)
        {
            if (run.Cause == StopCause.Fenced) Fence(run);
            else LogAbandoned(run.Id, run.Cause);
        }
        catch (Exception fault)
        {
            LogFault(run.Id, fault);
            await FailInternallyAsync(claimed);
        }
        finally
        {
            claimed.Abandon();
            run.Describe(span);
        }
    }

    private void Fence(Run run)
    {
        run.Leave(RunOutcome.Fenced);
        metrics.FencedWrite();
        LogFenced(run.Id, run.Claim.Fence.Epoch);
    }

    /// <summary>If even this fails, the table still says that this worker runs it, and the sweeper will see that it does not.</summary>
    private async Task FailInternallyAsync(ClaimedRun claimed)
    {
        var run = claimed.Run;
        try
        {
            run.Stop(StopCause.Fault);
            run.AssumeCallBegun();
            var failure = new Failure(FailureReason.Internal, $"The worker met a fault of its own; its log has it under {run.Id}.");
            await completion.FailAsync(claimed, candidate: null, failure);
        }
        catch (Exception fault)
        {
            LogFault(run.Id, fault);
        }
    }

    private async Task StoryAsync(ClaimedRun claimed, Suspicion suspicion)
    {
        var run = claimed.Run;
        Candidate? candidate = null;
        try
        {
            // 2
            switch (await starter.StartAsync(run, suspicion))
            {
                case RunStart.Refused refused:
                    await completion.FailAsync(claimed, refused.Candidate, refused.Failure);
                    if (suspicion.IsPoison) await ReportAsync(run, suspicion);
                    break;

                case RunStart.Ready ready:
                    // 3
                    candidate = ready.Candidate;
                    claimed.DiscardCall();
                    var result = await loop.RunAsync(claimed, candidate, ready.Provider);

                    // 4
                    await EndAsync(claimed, candidate, result);
                    break;
            }
        }
        catch (GenerationException failed)
        {
            await completion.FailAsync(claimed, candidate, failed.Failure);
        }
        catch (OperationCanceledException) when (run.Stopping.IsCancellationRequested)
        {
            await StopAsync(claimed, candidate);
        }
    }

    private Task EndAsync(ClaimedRun claimed, Candidate candidate, CallResult result)
    {
        switch (result)
        {
            case CallResult.Answered { Answer: var answer }:
                return completion.CompleteAsync(claimed, candidate, answer);

            case CallResult.Failed { Failure: var failure }:
                if (failure.CircuitOpen) claimed.Run.ExcuseCall(); // a call that was not made is no attempt
                return completion.FailAsync(claimed, candidate, failure);

            default:
                return Task.CompletedTask; // it has left
        }
    }

    private async Task StopAsync(ClaimedRun claimed, Candidate? candidate)
    {
        switch (claimed.Run.Cause)
        {
            case StopCause.Cancelled:
                await completion.CancelAsync(claimed, candidate);
                break;
            case StopCause.HandBack:
                await claimed.HandBackAsync();
                break;
            case StopCause.Fault:
                await claimed.Chunks.CompleteAsync(); // throws what the log said
                break;
            case StopCause.Fenced:
                Fence(claimed.Run);
                break;
        }
    }

    private Task ReportAsync(Run run, Suspicion suspicion) =>
        poison.WorkAsync(new(run.Id.ToString(), PoisonRecord.Generation, suspicion.Deaths), run.Claim.LostWorkers!, run.Muted);

    [LoggerMessage(LogLevel.Information, "{Generation} belongs to another worker now (this claim was {Epoch})")]
    private partial void LogFenced(Guid generation, int epoch);

    [LoggerMessage(LogLevel.Warning, "{Generation} was left to other workers ({Cause})")]
    private partial void LogAbandoned(Guid generation, StopCause cause);

    [LoggerMessage(LogLevel.Error, "{Generation} met a fault of ours")]
    private partial void LogFault(Guid generation, Exception fault);
}
