namespace Millrace.Persistence.Usage;

/// <summary>
/// Sums over the generations of a group. Tokens are those that providers counted; what they did not say counts as
/// nothing.
/// </summary>
/// <param name="Keys">The group, in the order of the query's.</param>
/// <param name="Generations">All of them, also those that have not ended.</param>
/// <param name="Cost">US dollars, of those whose cost is known; null if none is.</param>
/// <param name="WithoutPrice">Generations that used tokens, or were answered, and whose cost is not known: the cost
/// lacks theirs.</param>
public sealed record UsageRow(
    IReadOnlyList<string> Keys, long Generations, long Completed, long Failed, long Cancelled,
    long InputTokens, long CachedTokens, long OutputTokens, long ReasoningTokens, decimal? Cost, long WithoutPrice);
