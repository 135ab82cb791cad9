namespace Millrace.Worker.Models;

/// <summary>What one call of a model may hold, in tokens.</summary>
/// <param name="ContextTokens">Input and output together, 1 or more.</param>
/// <param name="MaxOutputTokens">The longest answer; null where it is not known.</param>
/// <param name="Known">False when nothing is known of the model and a default stands in.</param>
internal sealed record ModelLimits(int ContextTokens, int? MaxOutputTokens, bool Known)
{
    /// <summary>The longest input, where that is less than the context; null where only the context limits it.</summary>
    public int? MaxInputTokens { get; init; }

    /// <summary>
    /// Tokens of this model for one that <see cref="TokenCounter"/> counts, 1 or more: its tokenizer is OpenAI's, and others cut the same
    /// text into more pieces.
    /// </summary>
    /// <value>1.</value>
    public double TokenRatio { get; init; } = 1;
}
