namespace Millrace.Worker.Messaging;

/// <summary>Who has sent a message, and for whom that account may act.</summary>
/// <param name="Tenant">The only tenant that it may act for; null for any.</param>
/// <param name="Refusal">Why it may not act for anybody; else null.</param>
internal readonly record struct Sender(string? Tenant, string? Refusal);
