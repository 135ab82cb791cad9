namespace Millrace.Gateway.Dialects.OpenAI;

/// <summary>What a stream brings besides text.</summary>
internal sealed record StreamOptions(bool? IncludeUsage = null);
