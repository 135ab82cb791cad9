using System.Text.Json;
using Millrace.Contracts;
using Millrace.Engine.Guards;
using Millrace.Engine.Runs;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.Reuse;
using Millrace.Providers.Failures;

namespace Millrace.Engine.Reuse;

/// <summary>
/// For requests that allow it: the same question within their time gets the recorded answer, and while it is being answered those who ask it as well wait without a slot. Others
/// cost nothing here.
/// </summary>
public sealed partial class AnswerReuse(SharedAnswerStore store, FleetMetrics metrics, ILogger<AnswerReuse> log) : ICallGuard
{
    /// <summary>Who waits is woken; this is for when whoever would wake it has died.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>A repeated call of a step is asked for by the same run, which has been told that it is its own; so is every call of a later step.</summary>
    public async Task<GuardAnswer> AskAsync(PlannedCall call, CancellationToken cancellation)
    {
        var run = call.Run;
        if (run.Request.ReuseSeconds is not { } seconds || run.Steps.Count > 0 || call.IsRepeat) return GuardAnswer.Free;
        if (call.IsTooLate) return new GuardAnswer.Refused(Expired(run));

        var isBulk = run.Request.Class == GenerationClass.Bulk;
        switch (await store.FindAsync(AnswerKey.Of(call), run.Id, TimeSpan.FromSeconds(seconds), isBulk, cancellation))
        {
            case AnswerSource.Recorded recorded:
                metrics.Reused(run);
                return Answered(recorded);
            case AnswerSource.Awaited:
                return new GuardAnswer.Park(LongestWait, PauseReason.SameQuestion);
            default:
                run.AskForOthers();
                return GuardAnswer.Free;
        }
    }

    /// <summary>Those who wait for the answer go on. If this fails they do so by themselves.</summary>
    public async Task EndedAsync(Run run)
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

    private static GuardAnswer.Answered Answered(AnswerSource.Recorded recorded)
    {
        var told = JsonSerializer.Deserialize<GenerationCompleted>(recorded.Outcome, ContractsJson.Options)!;
        var answer = new Answer(told.FinishReason, told.Model, told.IgnoredOptions ?? []) { ReusedFrom = told.ReusedFrom ?? recorded.From };
        return new(answer, told.Text, told.Reasoning);
    }

    private static Failure Expired(Run run) => new(FailureReason.Expired,
        $"NotAfter was {run.Request.NotAfter:O}; another generation had the same question, and its answer was not there by {run.Now:O}.");

    [LoggerMessage(LogLevel.Warning, "Those who wait for the answer of {Generation} were not woken ({Fault}); they look by themselves")]
    private partial void LogNotWoken(Guid generation, string fault);
}
