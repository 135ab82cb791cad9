using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Prompts;
using Millrace.Engine.Runs;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.Generations;
using Millrace.Providers.Failures;
using Millrace.Providers.Models;
using Millrace.Providers.Options;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Limits;

/// <summary>
/// What every provider call passes: (1) its account is not stopped, (2) all its budgets have room. A wait of up to a second is waited for in place; for a longer one the generation is
/// parked, which is no attempt, and comes back when its place in the budget does.
/// </summary>
public sealed class Gate(
    LimitRules rules, LimitBook book, AccountStops stops, CallAverages averages, ModelTable models, RunStore store, Recall recall, FleetMetrics metrics, TimeProvider time)
{
    /// <summary>A bulk generation that has waited here for so long, since its first claim, counts as interactive.</summary>
    private static readonly TimeSpan Aged = TimeSpan.FromMinutes(10);

    /// <summary>What a prompt really took is settled after the call, so a long text is judged by its beginning.</summary>
    private const int Sample = 4096;

    private static readonly TimeSpan LongestWaitInPlace = TimeSpan.FromMicroseconds(Pace.Patience);

    /// <summary>The permission, or null when the run has been parked. The attempt that is to begin has been counted already, and is taken back then.</summary>
    public async Task<Pass?> EnterAsync(Run run, Candidate candidate, Provider provider, IReadOnlyList<ChatMessage> prompt)
    {
        var budgets = rules.Of(provider.Name, candidate.Model, Tenants.Of(run.Request));
        var needed = budgets.Any(budget => budget.TokensPerMinute is not null) ? PromptTokens.Of(prompt, OfferedTools.Of(run), models.Find(provider.Name, provider.Kind, candidate.Model), Sample) : 0;
        var began = time.GetTimestamp();
        var hasWaited = budgets.Count > 0;
        try
        {
            while (true)
            {
                run.Stopping.ThrowIfCancellationRequested();
                if (run.Steps.Count == 0 && run.Request.NotAfter <= run.Now) throw Expired(run, provider);

                // 1
                await stops.RefreshAsync(run.Stopping);
                if (stops.Left(provider.Name, candidate.Model) is var left && left > TimeSpan.Zero)
                {
                    hasWaited = true;
                    if (left + time.GetElapsedTime(began) > LongestWaitInPlace) return await ParkAsync(run, left + Spread(left), PauseReason.RateLimited);
                    await Task.Delay(left, time, run.Stopping);
                    continue;
                }

                // 2
                if (budgets.Count > 0)
                {
                    var ask = Ask(run, candidate, provider, budgets, needed, time.GetElapsedTime(began));
                    var verdict = await book.AskAsync(ask, run.Stopping);
                    if (verdict is Verdict.Park park) return await ParkAsync(run, park.For, PauseReason.Limited);
                    if (!await IsUsedAsync((Verdict.Open)verdict, ask, provider, candidate, run.Stopping)) continue;
                    metrics.Admitted(run, time.GetElapsedTime(began));
                    return new Pass(book, averages, run, candidate, ask, needed, time);
                }
                if (hasWaited) metrics.Admitted(run, time.GetElapsedTime(began));
                return new Pass(book, averages, run, candidate, null, needed, time);
            }
        }
        catch (Exception fault) when (fault is ProviderException || run.Stopping.IsCancellationRequested)
        {
            if (run.HasCalled) run.Attempt--; // the one that does not begin; of a first one its claim's count is taken back elsewhere
            throw;
        }
    }

    /// <summary>Waits for a permit's time. False when it has lapsed, because this process was late or its account was stopped meanwhile.</summary>
    private async Task<bool> IsUsedAsync(Verdict.Open open, Ask ask, Provider provider, Candidate candidate, CancellationToken stopping)
    {
        var isUsed = false;
        try
        {
            if (time.GetElapsedTime(time.GetTimestamp(), open.From) is var early && early > TimeSpan.Zero) await Task.Delay(early, time, stopping);
            isUsed = time.GetTimestamp() <= open.Through && stops.Left(provider.Name, candidate.Model) == TimeSpan.Zero;
        }
        finally
        {
            if (!isUsed) book.GiveBack(ask);
        }
        return isUsed;
    }

    private Ask Ask(Run run, Candidate candidate, Provider provider, IReadOnlyList<Allowance> budgets, long prompt, TimeSpan waited)
    {
        var usual = averages.Of(candidate.Provider, candidate.Model);
        var output = OptionDefaults.Complete(run.Request.Options, provider.Options.Options)?.MaxOutputTokens ?? (long)usual.Output;
        // What bulk work has waited in the database for its turn is no reason to go before those who wait for an answer
        var since = run.Request.Class == GenerationClass.Bulk ? run.Claim.StartedAt : run.Claim.ReceivedAt;
        var isBulk = run.Request.Class == GenerationClass.Bulk && run.Now - since < Aged;
        return new(budgets, prompt + output, isBulk, since, usual.Duration)
        {
            PatienceLeft = Pace.Patience - (long)waited.TotalMicroseconds,
            IsBack = run.Claim.StartedAt < run.Claim.Now,
        };
    }

    private async Task<Pass?> ParkAsync(Run run, TimeSpan delay, string reason)
    {
        // Back in time for one more try, and to be told that it was too late
        if (run.Steps.Count == 0 && run.Request.NotAfter - run.Now is { } left && delay > left) delay = left > TimeSpan.Zero ? left : TimeSpan.Zero;
        await run.Chunks.LeaveAsync();
        if (!await store.ParkAsync(run.Claim.Fence, run.Attempt - 1, run.FailuresJson(), delay, run.Muted)) throw new FencedException();
        metrics.Paused(run, reason);
        recall.Plan(run.Id, run.Claim.Lane, delay);
        return null;
    }

    /// <summary>Those who wait for the same moment do not come back at the same.</summary>
    private static TimeSpan Spread(TimeSpan left) => TimeSpan.FromSeconds(Random.Shared.NextDouble() * Math.Clamp(left.TotalSeconds / 4, 0.2, 10));

    private static ProviderException Expired(Run run, Provider provider) => new(FailureReason.Expired,
        $"NotAfter was {run.Request.NotAfter:O}; what provider '{provider.Name}' may be called did not allow it to begin before {run.Now:O}.");
}
