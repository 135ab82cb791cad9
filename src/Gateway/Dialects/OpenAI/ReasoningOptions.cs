namespace Millrace.Gateway.Dialects.OpenAI;

/// <summary>How much the model thinks first.</summary>
internal sealed record ReasoningOptions(string? Effort = null, string? Summary = null, string? GenerateSummary = null);
