using System.Data.Common;
using Millrace.Contracts;

namespace Millrace.Persistence;

/// <summary>A terminal state and what is committed with it.</summary>
public sealed record Ending(
    string State, string Outcome, int Attempts, string? Failures, long LastSequence, TokenUsage? Usage)
{
    /// <summary>In billionths of a US dollar; null if not known.</summary>
    public long? CostNanos { get; init; }
}

/// <summary>The row that an ending was written to.</summary>
/// <param name="Requesters">Who wants the terminal event as an answer: a JSON object a line.</param>
public sealed record Ended(string? Requesters)
{
    internal static Ended Read(DbDataReader row) => new(row.TextOrNull(0));
}

/// <summary>One candidate of a request: 0 is its own provider, n its n-th fallback.</summary>
public sealed record Candidate(int Number, string Provider, string Model, string Lane);

/// <summary>The answer of a write that returns nothing but the fact that its condition held.</summary>
internal sealed class Row
{
    public static readonly Row Found = new();
}
