namespace Millrace.Providers.OpenAI;

/// <summary>What servers of this wire take differently.</summary>
internal sealed record OpenAIFeatures
{
    /// <summary>OpenAI itself.</summary>
    public static OpenAIFeatures OpenAI { get; } = new() { EnforcesSchemas = true, TakesCompletionTokens = true };

    /// <summary>Every other server, until it is known better.</summary>
    public static OpenAIFeatures Compatible { get; } = new() { TakesTopK = true, TakesReasoning = true };

    /// <summary>
    /// It holds an answer to a schema without fail, and takes only schemas of a subset for that. Others get a schema as it was written.
    /// </summary>
    public bool EnforcesSchemas { get; init; }

    /// <summary>The limit of an answer is <c>max_completion_tokens</c>; else <c>max_tokens</c>, unless a setting says otherwise.</summary>
    public bool TakesCompletionTokens { get; init; }

    public bool TakesTopK { get; init; }

    /// <summary>It wants the thoughts of a reply back in the history, as <c>reasoning_content</c>.</summary>
    public bool TakesReasoning { get; init; }
}
