namespace Millrace.Persistence.Webhooks;

/// <summary>Whom the end of a generation concerns, and what of the generation they are told.</summary>
public sealed record WebhookAudience(
    IReadOnlyList<Guid> Webhooks, string Channel, DateTimeOffset FinishedAt, string? Request);
