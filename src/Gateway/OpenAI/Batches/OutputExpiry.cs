namespace Millrace.Gateway.OpenAI.Batches;

/// <summary>How long a batch's output is kept behind its end.</summary>
internal sealed record OutputExpiry(string? Anchor = null, long? Seconds = null);
