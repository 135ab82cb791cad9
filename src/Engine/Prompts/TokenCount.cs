namespace Millrace.Engine.Prompts;

/// <summary>A count of tokens.</summary>
/// <param name="Tokens">How many.</param>
/// <param name="IsWhole">False when a long text was judged by its beginning.</param>
public readonly record struct TokenCount(long Tokens, bool IsWhole);
