namespace Millrace.Engine.Runs;

/// <summary>A piece of reasoning, which its provider wants to see again beside the results.</summary>
/// <param name="Proof">What the provider gave with it to know it again.</param>
public sealed record Reasoning(string Text, string? Proof);
