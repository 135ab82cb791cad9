namespace Millrace.Persistence.Webhooks;

/// <summary>A delivery that this gateway has taken, to be tried now.</summary>
public sealed record ClaimedDelivery(Guid Id, Guid WebhookId, string Event, string Payload, int Attempt, string? Log);
