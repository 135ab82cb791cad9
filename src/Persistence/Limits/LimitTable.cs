namespace Millrace.Persistence.Limits;

/// <summary>What the tables say while this worker holds the budgets' locks.</summary>
/// <param name="Now">The database's clock, in microseconds since 1970, read after the locks were had.</param>
/// <param name="Budgets">One for each scope that was asked for.</param>
/// <param name="Permits">Those of workers that are not known to be dead, this one's included.</param>
public sealed record LimitTable(long Now, IReadOnlyList<BudgetRow> Budgets, IReadOnlyList<PermitRow> Permits);
