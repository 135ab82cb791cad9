using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Persistence.Generations;

/// <summary>
/// A generation as readers see it: the row without the fence. In a list, request and outcome are left out: each can be
/// megabytes.
/// </summary>
public sealed record GenerationSnapshot(
    Guid Id, byte[] RequestHash, string State, string Provider, string Model, string Channel, Guid? SessionId,
    string? Request, int Attempt, DateTimeOffset ReceivedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt,
    DateTimeOffset? NotBefore, long LastSequence, TokenUsage? Usage, decimal? Cost, string? Outcome)
{
    /// <summary>The lane that it is on.</summary>
    public required string Lane { get; init; }

    /// <summary>
    /// What was asked, with its session's defaults filled in; null where it is left out, or was refused for its size.
    /// </summary>
    public GenerateRequested? ReadRequest() =>
        Request is null ? null : JsonSerializer.Deserialize<GenerateRequested>(Request, ContractsJson.Options);

    /// <summary>The terminal event, if it has ended in this state and the outcome is not left out.</summary>
    public T? ReadOutcome<T>(string state) where T : class =>
        State == state && Outcome is not null ? JsonSerializer.Deserialize<T>(Outcome, ContractsJson.Options) : null;
}
