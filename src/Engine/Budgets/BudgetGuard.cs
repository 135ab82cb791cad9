using Millrace.Contracts;
using Millrace.Engine.Guards;
using Millrace.Engine.Runs;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.Budgets;
using Millrace.Persistence.Model;
using Millrace.Providers.Failures;

namespace Millrace.Engine.Budgets;

/// <summary>
/// Before each provider call: is there money for it in the tenant's budget, and if so it is held. After it: what the call did not need goes back. At the end: what
/// was held becomes what was spent. A run whose tenant has no budget asks the database nothing.
/// </summary>
public sealed partial class BudgetGuard(
    TenantBudgets budgets, CallEstimate estimates, ReservationStore store, FleetMetrics metrics, ILogger<BudgetGuard> log) : ICallGuard
{
    /// <exception cref="FencedException">The generation is another worker's.</exception>
    public async Task<GuardAnswer> AskAsync(PlannedCall call, CancellationToken cancellation)
    {
        var run = call.Run;
        if (budgets.Find(call.Tenant, run.Now) is not { } budget) return GuardAnswer.Free;
        // What has no price cannot be counted, and what costs nothing needs no room
        if (estimates.Of(call) is not (> 0 and var estimate)) return GuardAnswer.Free;

        var amount = Nanos.Of(run.Spending.Ended(run) + estimate);
        var result = await store.ReserveAsync(run.Claim.Fence, [budget], amount, cancellation);
        run.EnsureHeld(result.IsOwner);
        if (result.Full is { } full) return new GuardAnswer.Refused(Refusal(call, full, estimate));
        run.Spending.Begin(budget.Key, estimate);
        return new GuardAnswer.Proceed(new BudgetLease(store, run));
    }

    /// <summary>If this fails the sweeper settles it.</summary>
    public async Task EndedAsync(Run run)
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

    private Failure Refusal(PlannedCall call, BudgetStanding full, decimal estimate)
    {
        metrics.BudgetExceeded(LaneLabel.Of(call.Run.Claim.Lane));
        return new(FailureReason.BudgetExceeded, FormattableString.Invariant(
            $"Tenant '{call.Tenant}' has {budgets.Describe(call.Tenant)}; ${Nanos.ToDollars(full.SpentNanos):0.######} of it is spent and ${Nanos.ToDollars(full.ReservedNanos):0.######} is held for calls that run, and this call could cost ${estimate:0.######}. ")
            + "Ask for a shorter answer (maxOutputTokens), wait for calls to end or for the next period, or raise the budget (Millrace:Tenants).");
    }

    [LoggerMessage(LogLevel.Warning, "What {Generation} spent was not settled ({Fault}); the sweeper will do it")]
    private partial void LogNotSettled(Guid generation, string fault);
}
