using System.ComponentModel;

namespace Millrace.Gateway.Webhooks;

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
