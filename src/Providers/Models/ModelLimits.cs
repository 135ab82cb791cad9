namespace Millrace.Providers.Models;

/// <summary>What one call of a model may hold, in tokens.</summary>
/// <param name="ContextTokens">Input and output together, 1 or more.</param>
/// <param name="MaxOutputTokens">The longest answer; null where it is not known.</param>
/// <param name="Known">False when nothing is known of the model and a default stands in.</param>
public sealed record ModelLimits(int ContextTokens, int? MaxOutputTokens, bool Known)
{
    /// <summary>For a tokenizer nobody knows: between the open models' (1.2 in the table) and the largest (1.6).</summary>
    private const double UnknownTokenRatio = 1.4;

    /// <summary>What is assumed of a model that nothing is known of.</summary>
    public static ModelLimits Unknown(int contextTokens) =>
        new(contextTokens, MaxOutputTokens: null, Known: false) { TokenRatio = UnknownTokenRatio };

    /// <summary>The longest input, where that is less than the context; null where only the context limits it.</summary>
    public int? MaxInputTokens { get; init; }

    /// <summary>
    /// Tokens of this model for one that <see cref="TokenCounter"/> counts, 1 or more: its tokenizer is OpenAI's, and others cut the same
    /// text into more pieces.
    /// </summary>
    /// <value>1.</value>
    public double TokenRatio { get; init; } = 1;

    /// <summary>Tokens of this model for as many as <see cref="TokenCounter"/> has counted.</summary>
    public long Tokens(double counted) => (long)Math.Ceiling(counted * TokenRatio);

    /// <summary>
    /// What a picture counts, in tokens. The default is what Anthropic states as the most for models before Opus 4.7
    /// (https://platform.claude.com/docs/en/build-with-claude/vision: about 1,600), a little above the most of OpenAI's tiles (85 + 8 × 170 = 1,445,
    /// https://platform.openai.com/docs/guides/images-vision): nobody's count without the picture's size, and on the safe side for most.
    /// </summary>
    /// <value>1,600.</value>
    public int ImageTokens { get; init; } = 1600;

    /// <summary>What it can do beside text.</summary>
    public ModelAbilities Abilities { get; init; } = ModelAbilities.Unknown;

    /// <summary>True when the table or the settings name the model.</summary>
    public bool Listed { get; init; }
}
