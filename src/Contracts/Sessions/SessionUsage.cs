namespace Millrace.Contracts;

/// <summary>What the generations of a session used, as far as they have ended. What its messages were imported or copied with is not in it.</summary>
public sealed record SessionUsage
{
    /// <summary>Generations in it, also those that have not ended.</summary>
    public required long Generations { get; init; }

    /// <summary>Input tokens of its answers, cached ones included.</summary>
    public required long InputTokens { get; init; }

    /// <summary>Output tokens of its answers, reasoning included.</summary>
    public required long OutputTokens { get; init; }

    /// <summary>US dollars, of the generations whose cost is known; absent if none is.</summary>
    public decimal? Cost { get; init; }

    /// <summary>Generations that used tokens and whose cost is not known: <see cref="Cost"/> lacks theirs.</summary>
    public required long WithoutPrice { get; init; }
}
