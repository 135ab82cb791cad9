using Millrace.Contracts;

namespace Millrace.Persistence;

/// <summary>A terminal state and what is committed with it.</summary>
public sealed record Ending(
    string State, string Outcome, int Attempts, string? Failures, long LastSequence, TokenUsage? Usage)
{
    /// <summary>In billionths of a US dollar; null if not known.</summary>
    public long? CostNanos { get; init; }
}

/// <summary>One candidate of a request: 0 is its own provider, n its n-th fallback.</summary>
public sealed record Candidate(int Number, string Provider, string Model, string Lane);

/// <summary>The answer of a write that returns nothing but the fact that its condition held.</summary>
internal sealed class Row
{
    public static readonly Row Found = new();
}
