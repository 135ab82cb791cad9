using Millrace.Contracts;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Poison;
using Millrace.Engine.Publishing;
using Millrace.Engine.Runs;
using Millrace.Engine.Settings;
using Millrace.Engine.Telemetry;
using Millrace.Engine.ToolCalls;
using Millrace.Engine.Tools;
using Millrace.Persistence.Chunks;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Providers.Failures;

namespace Millrace.Engine.Execution;

/// <summary>
/// The story of a run: (1) open its stream behind what is in the log, with the steps that are recorded, (2) refuse what must not run, (3) go from step to
/// step until there is an answer, (4) finish. However it stops, exactly one of these happens: it is
/// finished, parked, sent to another lane, handed back, or it belongs to someone else.
/// </summary>
public sealed partial class Generator(
    RunStore store, ChunkLog chunkLog, StepLog steps, EventSender events, ChunkPace pace, Candidates candidates, ToolCatalog tools, StepLoop loop,
    Finisher finisher, Suspects suspects, PoisonReport poison, CancelStore cancels, TicketSender tickets, FleetMetrics metrics, Lease lease, TimeProvider time,
    ILogger<Generator> log)
{
    /// <summary>How long one that has to run alone waits for another such one.</summary>
    private static readonly TimeSpan TurnPause = TimeSpan.FromSeconds(1);

    public async Task RunAsync(Run run)
    {
        using var span = run.StartSpan();
        metrics.Started(run);
        try
        {
            // 1 One that has seen two workers die over it runs when no other such one does. A first claim has an empty log: no need to look
            using var suspicion = await suspects.AskAsync(run.Claim.LostWorkers, run.Muted);
            if (!suspicion.MayRun)
            {
                await ParkAsync(run);
                return;
            }
            var tail = run.Claim.Fence.Epoch == 1 ? null : await chunkLog.TailAsync(run.Id, run.Muted);
            run.Chunks = new ChunkStream(run, tail, chunkLog, new Tenure(run, store, lease), events, pace, metrics, time);
            await steps.ResumeAsync(run);
            await StoryAsync(run, suspicion);
        }
        catch (FencedException)
        {
            Fence(run);
            LogFenced(run.Id, run.Claim.Fence.Epoch);
        }
        catch (OperationCanceledException) when (run.Muted.IsCancellationRequested)
        {
            if (run.Cause == StopCause.Fenced) Fence(run);
            LogAbandoned(run.Id, run.Cause);
        }
        catch (Exception fault)
        {
            LogFault(run.Id, fault);
            await FailInternallyAsync(run);
        }
        finally
        {
            run.Chunks?.Abandon();
            run.Describe(span);
        }
    }

    private void Fence(Run run)
    {
        run.Outcome = RunOutcome.Fenced;
        metrics.FencedWrite();
    }

    /// <summary>If even this fails, the table still says that this worker runs it, and the sweeper will see that it does not.</summary>
    private async Task FailInternallyAsync(Run run)
    {
        try
        {
            run.Stop(StopCause.Fault);
            await finisher.FailAsync(run, null, new ProviderException(FailureReason.Internal,
                $"The worker met a fault of its own; its log has it under {run.Id}."));
        }
        catch (Exception fault)
        {
            LogFault(run.Id, fault);
        }
    }

    private async Task StoryAsync(Run run, Suspicion suspicion)
    {
        Candidate? candidate = null;
        try
        {
            // 2
            if (run.Claim.CancelRequested) run.Stop(StopCause.Cancelled, await cancels.ReasonAsync(run.Id, run.Muted));
            run.Stopping.ThrowIfCancellationRequested();
            if (suspicion.IsPoison) throw Poisonous(suspicion);
            if (run.Request.NotAfter <= run.Claim.StartedAt) throw Expired(run);
            (candidate, var provider) = candidates.Resolve(run.Request, run.Claim.Candidate);
            run.Tools = await tools.SelectAsync(run.Request, mustExist: run.Steps.Count == 0, run.Stopping);

            // 3
            run.Chunks.Restart(run.KeepThrough);
            var called = await loop.RunAsync(run, candidate, provider);

            // 4
            if (called.Failure is { } failure) await FailAsync(run, candidate, failure);
            if (called.Answer is not { } answer) return;
            if (!run.HasCalled) run.Attempt--; // another worker made the last call
            await finisher.CompleteAsync(run, candidate, answer);
        }
        catch (ProviderException failure)
        {
            await FailAsync(run, candidate, failure);
            if (suspicion.IsPoison) await poison.WorkAsync(new(run.Id.ToString(), PoisonRecord.Generation, suspicion.Deaths), run.Claim.LostWorkers!, run.Muted);
        }
        catch (OperationCanceledException) when (run.Stopping.IsCancellationRequested)
        {
            await StopAsync(run, candidate);
        }
    }

    /// <summary>A call that was not made is no attempt.</summary>
    private Task FailAsync(Run run, Candidate? candidate, ProviderException failure)
    {
        if (failure.CircuitOpen || !run.HasCalled || failure.Reason == FailureReason.BudgetExceeded) run.Attempt--;
        return finisher.FailAsync(run, candidate, failure);
    }

    private async Task StopAsync(Run run, Candidate? candidate)
    {
        switch (run.Cause)
        {
            case StopCause.Cancelled:
                if (!run.HasCalled) run.Attempt--;
                await finisher.CancelAsync(run, candidate);
                break;
            case StopCause.HandBack:
                await run.Chunks.LeaveAsync();
                run.Outcome = RunOutcome.HandedBack;
                if (await store.HandBackAsync(run.Claim.Fence, run.Muted)) await tickets.SendAsync(run.Id, run.Claim.Lane, run.Muted);
                break;
            case StopCause.Fault:
                await run.Chunks.CompleteAsync(); // throws what the log said
                break;
        }
    }

    private static ProviderException Expired(Run run) => new(FailureReason.Expired,
        $"NotAfter was {run.Request.NotAfter:O}; a worker could begin only at {run.Claim.Now:O}.");

    private static ProviderException Poisonous(Suspicion suspicion) => new(FailureReason.Internal,
        $"{suspicion.Deaths} workers died while they ran this generation, so it is not run again.");

    private async Task ParkAsync(Run run)
    {
        run.Outcome = RunOutcome.Parked;
        if (!await store.ParkAsync(run.Claim.Fence, run.CallsBegun, run.FailuresJson(), TurnPause, run.Muted)) throw new FencedException();
    }

    [LoggerMessage(LogLevel.Information, "{Generation} belongs to another worker now (this claim was {Epoch})")]
    private partial void LogFenced(Guid generation, int epoch);

    [LoggerMessage(LogLevel.Warning, "{Generation} was left to other workers ({Cause})")]
    private partial void LogAbandoned(Guid generation, StopCause cause);

    [LoggerMessage(LogLevel.Error, "{Generation} met a fault of ours")]
    private partial void LogFault(Guid generation, Exception fault);
}
