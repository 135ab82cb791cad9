namespace Millrace.Persistence.Usage;

/// <summary>
/// Sums over the generations of a group. Tokens are those that providers counted; what they did not say counts as
/// nothing.
/// </summary>
/// <param name="WithoutPrice">Generations that used tokens, or were answered, and whose cost is not known: the cost
/// lacks theirs.</param>
public sealed record UsageRow
{
    /// <summary>The group, in the order of the query's.</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>All of them, also those that have not ended.</summary>
    public required long Generations { get; init; }

    public required long Completed { get; init; }

    public required long Failed { get; init; }

    public required long Cancelled { get; init; }

    public required long InputTokens { get; init; }

    public required long CachedTokens { get; init; }

    public required long OutputTokens { get; init; }

    public required long ReasoningTokens { get; init; }

    /// <summary>US dollars, of those whose cost is known; null if none is.</summary>
    public decimal? Cost { get; init; }

    public required long WithoutPrice { get; init; }
}
