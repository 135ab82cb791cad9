namespace Millrace.Persistence.Limits;

/// <summary>What is written back. A permit of this worker that neither wants nor has anything is removed.</summary>
public sealed record LimitChanges(IReadOnlyList<BudgetRow> Budgets, IReadOnlyList<PermitRow> Permits);
