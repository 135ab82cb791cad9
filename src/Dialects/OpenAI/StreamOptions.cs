namespace Millrace.Dialects.OpenAI;

/// <summary>What a stream brings besides text.</summary>
public sealed record StreamOptions(bool? IncludeUsage = null);
