using System.ComponentModel;
using Millrace.Persistence;

namespace Millrace.Gateway.Webhooks;

/// <summary>A webhook. Its secret is shown once, when it is made.</summary>
internal sealed record WebhookView
{
    public required Guid Id { get; init; }
    public required string Url { get; init; }

    [Description("What it is told of.")]
    public required IReadOnlyList<string> Events { get; init; }

    [Description("The only channel whose generations it is told of. Absent: all.")]
    public string? Channel { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    [Description("What its messages are signed with, whsec_…. Only in the answer that made it.")]
    public string? Secret { get; init; }

    public static WebhookView Of(Webhook webhook, bool withSecret = false) => new()
    {
        Id = webhook.Id,
        Url = webhook.Url,
        Events = webhook.Events?.Split(' ') ?? WebhookKinds.Ends,
        Channel = webhook.Channel,
        CreatedAt = webhook.CreatedAt,
        Secret = withSecret ? webhook.Secret : null,
    };
}

/// <summary>A tenant's webhooks, the oldest first.</summary>
internal sealed record WebhookList(IReadOnlyList<WebhookView> Webhooks);

/// <summary>A message to a webhook, and what came of it.</summary>
internal sealed record DeliveryView
{
    public required Guid Id { get; init; }
    public required string Event { get; init; }

    [Description("Absent for a test.")]
    public Guid? GenerationId { get; init; }

    [Description("pending, delivered or failed.")]
    public required string State { get; init; }

    [Description("The attempts that have ended, the oldest first.")]
    public required IReadOnlyList<AttemptView> Attempts { get; init; }

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
        Attempts = [.. DeliveryAttempt.Read(delivery.Log).Select(attempt => new AttemptView(attempt.Time, attempt.DurationMs, attempt.Status, attempt.Error))],
        CreatedAt = delivery.CreatedAt,
        NextAttemptAt = delivery.State == WebhookDeliveryStore.Pending ? delivery.NextAttemptAt : null,
        FinishedAt = delivery.FinishedAt,
    };
}

/// <summary>One attempt: when, how long, and the status of the answer or why there was none.</summary>
internal sealed record AttemptView(DateTimeOffset Time, long DurationMs, int? Status, string? Error);

/// <summary>A webhook's deliveries, the newest first.</summary>
internal sealed record DeliveryList(IReadOnlyList<DeliveryView> Deliveries);
