using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Persistence.Generations;

/// <summary>
/// A generation as readers see it: the row without the fence. In a list, request and outcome are left out: each can be
/// megabytes.
/// </summary>
public sealed record GenerationSnapshot
{
    public required Guid Id { get; init; }

    public required byte[] RequestHash { get; init; }

    public required string State { get; init; }

    public required string Provider { get; init; }

    public required string Model { get; init; }

    public required string Channel { get; init; }

    public Guid? SessionId { get; init; }

    public string? Request { get; init; }

    public required int Attempt { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    public required long LastSequence { get; init; }

    public TokenUsage? Usage { get; init; }

    public decimal? Cost { get; init; }

    public string? Outcome { get; init; }

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
