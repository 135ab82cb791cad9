using Millrace.Contracts;

namespace Millrace.Persistence.Generations;

/// <summary>A terminal state and what is committed with it.</summary>
public sealed record TerminalWrite(
    string State, string Outcome, int Attempts, string? Failures, long LastSequence, TokenUsage? Usage)
{
    /// <summary>In billionths of a US dollar; null if not known.</summary>
    public long? CostNanos { get; init; }
}
