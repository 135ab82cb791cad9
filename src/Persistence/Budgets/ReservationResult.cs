namespace Millrace.Persistence.Budgets;

/// <summary>What came of asking for money.</summary>
/// <param name="IsOwner">False when someone else owns the generation: nothing was held.</param>
/// <param name="Full">The budget that has no room; null if all is held.</param>
public sealed record ReservationResult(bool IsOwner, BudgetStanding? Full);
