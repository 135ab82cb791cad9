namespace Millrace.Dialects.OpenAI;

/// <summary>How much the model thinks first.</summary>
public sealed record ReasoningOptions(string? Effort = null, string? Summary = null, string? GenerateSummary = null);
