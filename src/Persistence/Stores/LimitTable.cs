namespace Millrace.Persistence;

/// <summary>A row of <see cref="RateBudget"/>.</summary>
public sealed record BudgetRow(string Scope, long RequestsAt = 0, long TokensAt = 0, long BulkAt = 0, long ParkAt = 0, long BulkParkAt = 0);

/// <summary>A row of <see cref="CallPermit"/>.</summary>
public sealed record PermitRow(string Scope, Guid Worker, int Wanted, int Granted);

/// <summary>What the tables say while this worker holds the budgets' locks.</summary>
/// <param name="Now">The database's clock, in microseconds since 1970, read after the locks were had.</param>
/// <param name="Budgets">One for each scope that was asked for.</param>
/// <param name="Permits">Those of workers that are not known to be dead, this one's included.</param>
public sealed record LimitTable(long Now, IReadOnlyList<BudgetRow> Budgets, IReadOnlyList<PermitRow> Permits);

/// <summary>What is written back. A permit of this worker that neither wants nor has anything is removed.</summary>
public sealed record LimitChanges(IReadOnlyList<BudgetRow> Budgets, IReadOnlyList<PermitRow> Permits);
