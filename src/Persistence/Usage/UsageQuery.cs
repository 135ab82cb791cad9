namespace Millrace.Persistence.Usage;

/// <summary>
/// Which generations a report counts, by the time at which the fleet took them: that never changes, so what was
/// reported of a time that has passed only grows by what had not ended yet.
/// </summary>
/// <param name="From">The first moment.</param>
/// <param name="To">The first moment that is not in it.</param>
/// <param name="Groups">What rows are told apart by, in order; none for one row of everything.</param>
public sealed record UsageQuery(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<UsageGroup> Groups)
{
    /// <summary>Only this tenant's; null for all.</summary>
    public string? Tenant { get; init; }
}
