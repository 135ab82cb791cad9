using System.ComponentModel;
using Millrace.Persistence.Model;

namespace Millrace.Gateway.Webhooks;

/// <summary>A message to a webhook, and what came of it.</summary>
internal sealed record DeliveryView
{
    public required Guid Id { get; init; }

    [Description("generation.completed, generation.failed, generation.cancelled, or webhook.test.")]
    public required string Event { get; init; }

    [Description("Absent for a test.")]
    public Guid? GenerationId { get; init; }

    [Description("pending, delivered or failed.")]
    public required string State { get; init; }

    [Description("The attempts that have ended, the oldest first.")]
    public required IReadOnlyList<AttemptView> Attempts { get; init; }

    [Description("When it was made.")]
    public required DateTimeOffset CreatedAt { get; init; }

    [Description("Pending: when it is tried next.")]
    public DateTimeOffset? NextAttemptAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public static DeliveryView Of(WebhookDelivery delivery) => new()
    {
        Id = delivery.Id,
        Event = delivery.Event,
        GenerationId = delivery.Event == WebhookKinds.Test ? null : delivery.GenerationId,
        State = delivery.State,
        Attempts = [.. DeliveryAttempt.Read(delivery.Log).Select(AttemptView.Of)],
        CreatedAt = delivery.CreatedAt,
        NextAttemptAt = delivery.State == WebhookDeliveryState.Pending ? delivery.NextAttemptAt : null,
        FinishedAt = delivery.FinishedAt,
    };
}
