using System.Text.Json;
using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Engine.Runs;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Reuse;
using Millrace.Providers.Failures;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Reuse;

/// <summary>
/// For requests that allow it: the same question within their time gets the recorded answer, and while it is being answered those who ask it as well wait without a slot. Others
/// cost nothing here.
/// </summary>
public sealed partial class AnswerReuse(SharedAnswerStore store, RunStore runs, FleetMetrics metrics, ILogger<AnswerReuse> log)
{
    /// <summary>Who waits is woken; this is for when whoever would wake it has died.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>The recorded answer; or null, when a call is to be made, or the run has been parked (its outcome says so).</summary>
    public async Task<Answer?> FindAsync(Run run, Candidate candidate, Provider provider, IReadOnlyList<ChatMessage> prompt)
    {
        if (run.Request.ReuseSeconds is not { } seconds || run.Steps.Count > 0) return null;
        if (run.Request.NotAfter <= run.Now) throw Expired(run);
        switch (await store.FindAsync(AnswerKey.Of(run, candidate, provider, prompt), run.Id, TimeSpan.FromSeconds(seconds), run.Request.Class == GenerationClass.Bulk, run.Stopping))
        {
            case AnswerSource.Recorded recorded:
                metrics.Reused(run);
                return Give(run, recorded);
            case AnswerSource.Awaited:
                await ParkAsync(run);
                return null;
            default:
                run.IsAwaited = true;
                return null;
        }
    }

    /// <summary>The run's generation has ended, in the table: those who wait for it go on. If this fails they do so by themselves.</summary>
    public async Task WakeAsync(Run run)
    {
        if (!run.IsAwaited) return;
        try
        {
            await store.WakeAsync(run.Id, run.Muted);
        }
        catch (Exception fault) when (!run.Muted.IsCancellationRequested) // it has ended all the same
        {
            LogNotWoken(run.Id, fault.GetType().Name);
        }
    }

    private static Answer Give(Run run, AnswerSource.Recorded recorded)
    {
        var told = JsonSerializer.Deserialize<GenerationCompleted>(recorded.Outcome, ContractsJson.Options)!;
        run.MarkFirstPiece();
        if (told.Reasoning is { } thoughts)
        {
            run.Reasoning.Add(thoughts, proof: null);
            run.Chunks.Add(ChunkKind.Reasoning, thoughts);
        }
        run.Text.Append(told.Text);
        run.Chunks.Add(ChunkKind.Text, told.Text);
        run.CallCost = 0;
        return new(told.FinishReason, told.Model, told.IgnoredOptions ?? []) { ReusedFrom = told.ReusedFrom ?? recorded.From };
    }

    /// <summary>It is no attempt.</summary>
    private async Task ParkAsync(Run run)
    {
        await run.Chunks.LeaveAsync();
        if (!await runs.ParkAsync(run.Claim.Fence, run.Attempt - 1, run.FailuresJson(), LongestWait, run.Muted)) throw new FencedException();
        metrics.Paused(run, PauseReason.SameQuestion);
        run.Outcome = RunOutcome.Parked;
    }

    private static ProviderException Expired(Run run) => new(FailureReason.Expired,
        $"NotAfter was {run.Request.NotAfter:O}; another generation had the same question, and its answer was not there by {run.Now:O}.");

    [LoggerMessage(LogLevel.Warning, "Those who wait for the answer of {Generation} were not woken ({Fault}); they look by themselves")]
    private partial void LogNotWoken(Guid generation, string fault);
}
