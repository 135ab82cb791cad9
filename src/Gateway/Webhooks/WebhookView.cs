using System.ComponentModel;
using Millrace.Persistence.Model;

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
