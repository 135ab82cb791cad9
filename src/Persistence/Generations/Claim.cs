namespace Millrace.Persistence.Generations;

/// <summary>A generation that this worker now owns, as it stood at the claim.</summary>
public sealed record Claim
{
    public required Fence Fence { get; init; }
    public required string Lane { get; init; }
    public required string Channel { get; init; }
    public required int Candidate { get; init; }
    public required int Attempt { get; init; }
    public required string Request { get; init; }
    public required string? Failures { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The database's clock at the claim.</summary>
    public required DateTimeOffset Now { get; init; }

    public required bool CancelRequested { get; init; }

    /// <summary>The owners that it was taken from, since they were dead.</summary>
    public string? LostWorkers { get; init; }

    /// <summary>The trace that it belongs to, as intake stored it.</summary>
    public string? TraceParent { get; init; }

    /// <summary>What its events carry of the message that asked for it, as JSON.</summary>
    public string? Correlation { get; init; }
}
