using System.ComponentModel;
using Millrace.Contracts;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;

namespace Millrace.Gateway.Native;

/// <summary>A generation as it stands. What is not known yet is absent.</summary>
internal sealed record GenerationView
{
    public required Guid GenerationId { get; init; }

    [Description("submitted (in the fleet's queue, not yet taken), queued, held (bulk work that waits for its turn among the tenants), waiting (for its turn in the session), parked (for a time or an answer), running, completed, failed or cancelled. The last three are final.")]
    public required string State { get; init; }

    public string? Provider { get; init; }
    public string? Model { get; init; }
    public string? Channel { get; init; }
    public Guid? SessionId { get; init; }

    [Description("Provider calls begun.")]
    public int Attempts { get; init; }

    [Description("The last sequence of its stream. While it runs, that is in the events.")]
    public long LastSequence { get; init; }

    public DateTimeOffset? ReceivedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    [Description("Parked: when it goes on by itself.")]
    public DateTimeOffset? NotBefore { get; init; }

    [Description("Queued: its place and how long it may take. Not in lists.")]
    public QueuePlace? Queue { get; init; }

    [Description("Tokens as the provider counted them.")]
    public TokenUsage? Usage { get; init; }

    [Description("US dollars that its provider calls cost. Absent: not known, or it has not ended.")]
    public decimal? Cost { get; init; }

    [Description("The labels of its request. Not in lists.")]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    [Description("How it ended with an answer. Not in lists.")]
    public GenerationCompleted? Completed { get; init; }

    [Description("How it ended without one. Not in lists.")]
    public GenerationFailed? Failed { get; init; }

    [Description("How it was ended. Not in lists.")]
    public GenerationCancelled? Cancelled { get; init; }

    /// <summary>One that is in the fleet's queue and not in its table.</summary>
    public static GenerationView Submitted(Guid id) => new() { GenerationId = id, State = "submitted" };

    public static GenerationView Of(GenerationSnapshot run) => new()
    {
        GenerationId = run.Id,
        State = run.State,
        Provider = Present(run.Provider),
        Model = Present(run.Model),
        Channel = run.Channel,
        SessionId = run.SessionId,
        Attempts = run.Attempt,
        LastSequence = run.LastSequence,
        ReceivedAt = run.ReceivedAt,
        StartedAt = run.StartedAt,
        FinishedAt = run.FinishedAt,
        NotBefore = run.State == GenerationState.Parked ? run.NotBefore : null,
        Usage = run.Usage,
        Cost = run.Cost,
        Metadata = run.ReadRequest()?.Metadata,
        Completed = run.ReadOutcome<GenerationCompleted>(GenerationState.Completed),
        Failed = run.ReadOutcome<GenerationFailed>(GenerationState.Failed),
        Cancelled = run.ReadOutcome<GenerationCancelled>(GenerationState.Cancelled),
    };

    private static string? Present(string text) => text.Length > 0 ? text : null;
}
