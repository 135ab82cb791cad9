using Millrace.Contracts;
using Millrace.Engine.Guards;
using Millrace.Engine.Runs;
using Millrace.Engine.Telemetry;
using Millrace.Providers.Options;

namespace Millrace.Engine.Limits;

/// <summary>
/// Lets a call pass when all limits that are set for it have room. A generation that is parked for them comes back when its place does.
/// </summary>
public sealed class CallLimiter(
    LimitRules rules, LeaseQueue queue, ProviderCooldowns cooldowns, CooldownGuard cooldown, CallAverages averages, FleetMetrics metrics, TimeProvider time) : ICallGuard
{
    /// <summary>A bulk generation that has waited here for so long, since its first claim, counts as interactive.</summary>
    private static readonly TimeSpan Aged = TimeSpan.FromMinutes(10);

    public async Task<GuardAnswer> AskAsync(PlannedCall call, CancellationToken cancellation)
    {
        var limits = rules.Of(call.Provider.Name, call.Candidate.Model, call.Tenant);
        if (limits.Count == 0) return Admit(call, request: null, promptTokens: 0);

        var promptTokens = limits.Any(limit => limit.TokensPerMinute is not null) ? call.Prompt.RoughTokens : 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (call.IsTooLate) return LateCall.Refused(call);
            var request = RequestFor(call, limits, promptTokens);
            var decision = await queue.AskAsync(request, cancellation);
            if (decision is LeaseDecision.Park park) return new GuardAnswer.Park(park.For, PauseReason.Limited) { IsPunctual = true };
            if (await IsUsedAsync((LeaseDecision.Open)decision, request, call, cancellation)) return Admit(call, request, promptTokens);

            if (await cooldown.AskAsync(call, cancellation) is var answer and not GuardAnswer.Proceed) return answer;
        }
    }

    private GuardAnswer.Proceed Admit(PlannedCall call, LeaseRequest? request, long promptTokens)
    {
        if (request is not null || call.HasWaited) metrics.Admitted(call.Run, call.Waited);
        return new(new CallLease(queue, averages, call, request, promptTokens, time));
    }

    /// <summary>Waits for a permit's time. False when it has lapsed, because this process was late or its account was stopped meanwhile.</summary>
    private async Task<bool> IsUsedAsync(LeaseDecision.Open open, LeaseRequest request, PlannedCall call, CancellationToken cancellation)
    {
        var isUsed = false;
        try
        {
            var early = time.GetElapsedTime(time.GetTimestamp(), open.From);
            if (early > TimeSpan.Zero) await Task.Delay(early, time, cancellation);
            isUsed = time.GetTimestamp() <= open.Through && cooldowns.Left(call.Provider.Name, call.Candidate.Model) == TimeSpan.Zero;
        }
        finally
        {
            if (!isUsed) queue.GiveBack(request);
        }
        return isUsed;
    }

    private LeaseRequest RequestFor(PlannedCall call, IReadOnlyList<Allowance> limits, long promptTokens)
    {
        var run = call.Run;
        var usual = averages.Of(call.Candidate.Provider, call.Candidate.Model);
        var output = OptionDefaults.Complete(run.Request.Options, call.Provider.Options.Options)?.MaxOutputTokens ?? (long)usual.Output;
        // What bulk work has waited in the database for its turn is no reason to go before those who wait for an answer
        var since = run.Request.Class == GenerationClass.Bulk ? run.Claim.StartedAt : run.Claim.ReceivedAt;
        var isBulk = run.Request.Class == GenerationClass.Bulk && run.Now - since < Aged;
        return new(limits, promptTokens + output, isBulk, since, usual.Duration)
        {
            PatienceLeft = (long)call.PatienceLeft.TotalMicroseconds,
            IsBack = run.Claim.StartedAt < run.Claim.Now,
        };
    }
}
