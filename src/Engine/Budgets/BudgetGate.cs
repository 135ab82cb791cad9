using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Engine.Runs;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.Budgets;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Providers.Failures;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Budgets;

/// <summary>
/// Before each provider call: is there money for it in the tenant's budget, and if so it is held. After it: what the call did not need goes back. At the end: what
/// was held becomes what was spent. A run whose tenant has no budget asks the database nothing.
/// </summary>
public sealed partial class BudgetGate(TenantBudgets budgets, CallEstimate estimates, ReservationStore store, FleetMetrics metrics, ILogger<BudgetGate> log)
{
    /// <summary>Null, or the refusal when there is no room in the budget: then the call must not be made.</summary>
    /// <exception cref="FencedException">The generation is another worker's.</exception>
    public async Task<ProviderException?> ReserveAsync(Run run, Candidate candidate, Provider provider, IReadOnlyList<ChatMessage> prompt)
    {
        var tenant = Tenants.Of(run.Request);
        if (budgets.Find(tenant, run.Now) is not { } budget) return null;
        // What has no price cannot be counted, and what costs nothing needs no room
        if (estimates.Of(run, candidate, provider, prompt) is not (> 0 and var estimate)) return null;
        var result = await store.ReserveAsync(run.Claim.Fence, [budget], Nanos.Of(run.Spending.Ended(run) + estimate), run.Stopping);
        if (!result.IsOwner) throw new FencedException();
        if (result.Full is { } full) return Refusal(run, tenant, full, estimate);
        run.Spending.Begin(budget.Key, estimate);
        return null;
    }

    /// <summary>The call has ended and the generation has not: what is held above the cost so far goes back, since it may wait for long.</summary>
    public async Task ReleaseAsync(Run run)
    {
        if (run.Spending.Key is not { } key) return;
        run.Spending.End(run);
        await store.ShrinkAsync(run.Claim.Fence, key, Nanos.Of(run.Spending.Ended(run)), run.Muted);
    }

    /// <summary>The generation has ended, in the table. If this fails the sweeper does it.</summary>
    public async Task SettleAsync(Run run)
    {
        if (run.Spending.Key is null) return;
        try
        {
            run.Spending.End(run);
            await store.SettleAsync(run.Id, Nanos.Of(run.Spending.Ended(run)), run.Muted);
        }
        catch (Exception fault) when (!run.Muted.IsCancellationRequested) // it has ended all the same
        {
            LogNotSettled(run.Id, fault.GetType().Name);
        }
    }

    private ProviderException Refusal(Run run, string tenant, BudgetStanding full, decimal estimate)
    {
        metrics.BudgetExceeded(LaneLabel.Of(run.Claim.Lane));
        return new(FailureReason.BudgetExceeded, FormattableString.Invariant(
            $"Tenant '{tenant}' has {budgets.Describe(tenant)}; ${Nanos.ToDollars(full.SpentNanos):0.######} of it is spent and ${Nanos.ToDollars(full.ReservedNanos):0.######} is held for calls that run, and this call could cost ${estimate:0.######}. ")
            + "Ask for a shorter answer (maxOutputTokens), wait for calls to end or for the next period, or raise the budget (Millrace:Tenants).");
    }

    [LoggerMessage(LogLevel.Warning, "What {Generation} spent was not settled ({Fault}); the sweeper will do it")]
    private partial void LogNotSettled(Guid generation, string fault);
}
