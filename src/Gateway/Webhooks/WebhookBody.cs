using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Gateway.Webhooks;

/// <summary>What a webhook is sent. No prompt and no answer: who may read those asks for the generation.</summary>
internal sealed record WebhookBody(string Type, DateTimeOffset Timestamp, WebhookData Data)
{
    /// <summary>As it is sent and signed, each time the same.</summary>
    public string ToText() => JsonSerializer.Serialize(this, ContractsJson.Options);
}
