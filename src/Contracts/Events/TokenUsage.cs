namespace Millrace.Contracts;

/// <summary>Tokens as the provider counted them. A count that it did not give is absent.</summary>
public sealed record TokenUsage
{
    /// <summary>Tokens of the prompt, cached ones included.</summary>
    public long? Input { get; init; }

    /// <summary>Prompt tokens that came from the provider's cache.</summary>
    public long? Cached { get; init; }

    /// <summary>Tokens of the answer, reasoning included.</summary>
    public long? Output { get; init; }

    /// <summary>Answer tokens that were reasoning.</summary>
    public long? Reasoning { get; init; }
}
