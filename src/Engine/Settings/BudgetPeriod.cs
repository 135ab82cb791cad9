namespace Millrace.Engine.Settings;

/// <summary>How long a budget is for. Periods begin in UTC.</summary>
public enum BudgetPeriod
{
    /// <summary>From midnight to midnight.</summary>
    Day,

    /// <summary>From the first of the month.</summary>
    Month,

    /// <summary>Once and for all.</summary>
    Total,
}
