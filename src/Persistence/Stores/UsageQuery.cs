namespace Millrace.Persistence;

/// <summary>What a report of usage has a row for each of.</summary>
public enum UsageGroup
{
    /// <summary><c>2026-11-27T13:00Z</c>.</summary>
    Hour,

    /// <summary><c>2026-11-27</c>, in UTC.</summary>
    Day,

    /// <summary><c>2026-11</c>, in UTC.</summary>
    Month,

    /// <summary>Whose they are.</summary>
    Tenant,

    /// <summary>The provider that was asked last.</summary>
    Provider,

    /// <summary>Its model.</summary>
    Model,

    /// <summary>The session; empty for those without one.</summary>
    Session,

    /// <summary>The producer's label.</summary>
    Channel,

    /// <summary><c>interactive</c> or <c>bulk</c>.</summary>
    Class,

    /// <summary>The state that they are in.</summary>
    State,
}

/// <summary>
/// Which generations a report counts, by the time at which the fleet took them: that never changes, so what was reported of a time that has passed only grows by
/// what had not ended yet.
/// </summary>
/// <param name="From">The first moment.</param>
/// <param name="To">The first moment that is not in it.</param>
/// <param name="Groups">What rows are told apart by, in order; none for one row of everything.</param>
public sealed record UsageQuery(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<UsageGroup> Groups)
{
    /// <summary>Only this tenant's; null for all.</summary>
    public string? Tenant { get; init; }
}

/// <summary>Sums over the generations of a group. Tokens are those that providers counted; what they did not say counts as nothing.</summary>
/// <param name="Keys">The group, in the order of the query's.</param>
/// <param name="Generations">All of them, also those that have not ended.</param>
/// <param name="Cost">US dollars, of those whose cost is known; null if none is.</param>
/// <param name="WithoutPrice">Generations that used tokens, or were answered, and whose cost is not known: the cost lacks theirs.</param>
public sealed record UsageRow(
    IReadOnlyList<string> Keys, long Generations, long Completed, long Failed, long Cancelled,
    long InputTokens, long CachedTokens, long OutputTokens, long ReasoningTokens, decimal? Cost, long WithoutPrice);

/// <summary>A report.</summary>
/// <param name="IsCut">There were more rows than a report has.</param>
public sealed record UsageReport(IReadOnlyList<UsageRow> Rows, bool IsCut);
