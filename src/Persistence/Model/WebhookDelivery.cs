namespace Millrace.Persistence.Model;

/// <summary>One message to one webhook, and what came of it.</summary>
public sealed class WebhookDelivery
{
    public Guid Id { get; set; }
    public Guid WebhookId { get; set; }
    public Guid GenerationId { get; set; }
    public required string Event { get; set; }

    /// <summary>The body as it is sent, each time the same.</summary>
    public required string Payload { get; set; }

    /// <summary><c>pending</c>, <c>delivered</c> or <c>failed</c>.</summary>
    public required string State { get; set; }

    /// <summary>Attempts begun.</summary>
    public int Attempts { get; set; }

    /// <summary>When it is tried next; while it is being tried, when it is taken for lost.</summary>
    public DateTimeOffset NextAttemptAt { get; set; }

    /// <summary>Each attempt's time, duration, status and error, as a JSON array.</summary>
    public string? Log { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
}
