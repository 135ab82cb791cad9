using Millrace.Persistence.Model;

namespace Millrace.Persistence.Limits;

/// <summary>A row of <see cref="RateBudget"/>.</summary>
public sealed record BudgetRow(
    string Scope, long RequestsAt = 0, long TokensAt = 0, long BulkAt = 0, long ParkAt = 0, long BulkParkAt = 0);
