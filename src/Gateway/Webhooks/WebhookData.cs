using Millrace.Contracts;

namespace Millrace.Gateway.Webhooks;

/// <summary>How a generation has ended. What does not apply is absent.</summary>
internal sealed record WebhookData
{
    public Guid? GenerationId { get; init; }
    public Guid? SessionId { get; init; }
    public string? Channel { get; init; }

    /// <summary>The labels of the request.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Completed: why the model stopped.</summary>
    public FinishReason? FinishReason { get; init; }

    /// <summary>Failed: which failure. Cancelled: the reason that was given.</summary>
    public string? Reason { get; init; }

    public TokenUsage? Usage { get; init; }

    public static WebhookData Of(GenerationCompleted ended) =>
        new() { GenerationId = ended.GenerationId, SessionId = ended.SessionId, FinishReason = ended.FinishReason, Usage = ended.Usage };

    public static WebhookData Of(GenerationFailed ended) =>
        new() { GenerationId = ended.GenerationId, SessionId = ended.SessionId, Reason = ended.Reason.ToString() };

    public static WebhookData Of(GenerationCancelled ended) =>
        new() { GenerationId = ended.GenerationId, SessionId = ended.SessionId, Reason = ended.Reason, Usage = ended.Usage };
}
