using Millrace.Engine.Guards;
using Millrace.Engine.Runs;
using Millrace.Persistence.Budgets;
using Millrace.Persistence.Model;

namespace Millrace.Engine.Budgets;

/// <summary>Money that is held for one provider call.</summary>
public sealed class BudgetLease(ReservationStore store, Run run) : ICallLease
{
    /// <summary>
    /// While the generation goes on, what is held above the cost so far goes back, since it may wait for long. At its end all of it is settled anyway, and a run that is
    /// interrupted has no time: whoever goes on with the generation changes the amount.
    /// </summary>
    public async ValueTask ReleaseAsync(CallEnd end)
    {
        run.Spending.End(run);
        if (end is CallEnd.Final or CallEnd.Interrupted || run.Spending.Key is not { } key) return;
        await store.ShrinkAsync(run.Claim.Fence, key, Nanos.Of(run.Spending.Ended(run)), run.Muted);
    }
}
