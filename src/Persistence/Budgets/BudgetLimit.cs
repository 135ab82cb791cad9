namespace Millrace.Persistence.Budgets;

/// <summary>
/// A budget that money is taken from, and how much there is for its period. Money is in billionths of a US dollar.
/// </summary>
public sealed record BudgetLimit(string Key, long LimitNanos);
