namespace Millrace.Engine.Runs;

/// <summary>What a run's calls have cost its tenant's budget, and what is held for the one that is being made. Of a tenant without a budget it stays empty.</summary>
public sealed class Spending
{
    private decimal? open;
    private decimal? ended;

    /// <summary>The budget that something is held of, if anything is.</summary>
    public string? Key { get; private set; }

    /// <summary>US dollars for the calls that have ended, those that are recorded of earlier runs of the generation included.</summary>
    public decimal Ended(Run run) => ended ??= RunCost.Recorded(run);

    /// <summary>The money for a call is there.</summary>
    public void Begin(string key, decimal estimate) => (Key, open) = (key, estimate);

    /// <summary>
    /// The call that was open has ended. One that has begun to answer and whose cost nobody knows, because it was cut off before it was counted, counts with its
    /// estimate: else cancelling late would be a way around every budget.
    /// </summary>
    public void End(Run run)
    {
        if (open is not { } estimate) return;
        ended = Ended(run) + (run.Output.Cost ?? (run.Output.Characters > 0 ? estimate : 0));
        open = null;
    }
}
