using Millrace.Contracts;

namespace Millrace.Engine.Runs;

/// <summary>Adds what providers count.</summary>
internal static class TokenCounts
{
    /// <summary>What one of the two does not say counts as nothing; what neither says stays unsaid.</summary>
    public static TokenUsage? Add(TokenUsage? one, TokenUsage? other) => one is null || other is null ? one ?? other : new()
    {
        Input = Add(one.Input, other.Input),
        Cached = Add(one.Cached, other.Cached),
        Output = Add(one.Output, other.Output),
        Reasoning = Add(one.Reasoning, other.Reasoning),
    };

    private static long? Add(long? one, long? other) => one is null && other is null ? null : (one ?? 0) + (other ?? 0);
}
