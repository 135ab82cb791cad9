namespace Millrace.Persistence.Budgets;

/// <summary>How a budget stands.</summary>
/// <param name="SpentNanos">What ended calls cost.</param>
/// <param name="ReservedNanos">What is held for those that have not ended.</param>
public sealed record BudgetStanding(string Key, long SpentNanos, long ReservedNanos)
{
    /// <summary>False when it would be more than the limit. What only gives back always fits.</summary>
    public bool HasRoomFor(long amount, long limit) =>
        amount <= 0 || (SpentNanos <= limit && ReservedNanos + amount <= limit - SpentNanos);
}
