using System.ComponentModel;
using Millrace.Persistence;

namespace Millrace.Gateway.Webhooks;

/// <summary>A webhook. Its secret is shown once, when it is made.</summary>
internal sealed record WebhookView
{
    public required Guid Id { get; init; }

    [Description("Where messages are posted.")]
    public required string Url { get; init; }

    [Description("What it is told of.")]
    public required IReadOnlyList<string> Events { get; init; }

    [Description("The only channel whose generations it is told of. Absent: all.")]
    public string? Channel { get; init; }

    [Description("When it was made.")]
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
        NextAttemptAt = delivery.State == WebhookDeliveryStore.Pending ? delivery.NextAttemptAt : null,
        FinishedAt = delivery.FinishedAt,
    };
}

/// <summary>One attempt.</summary>
internal sealed record AttemptView
{
    [Description("When it began.")]
    public required DateTimeOffset Time { get; init; }

    [Description("How long it took, in milliseconds.")]
    public required long DurationMs { get; init; }

    [Description("The status of the answer. Absent when there was none.")]
    public int? Status { get; init; }

    [Description("Why there was no answer, or none that counts.")]
    public string? Error { get; init; }

    public static AttemptView Of(DeliveryAttempt attempt) => new() { Time = attempt.Time, DurationMs = attempt.DurationMs, Status = attempt.Status, Error = attempt.Error };
}
