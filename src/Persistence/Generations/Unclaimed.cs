namespace Millrace.Persistence.Generations;

/// <summary>A generation that has not been claimed, or is between two claims, as an ending needs to see it.</summary>
public sealed record Unclaimed
{
    public required Guid Id { get; init; }

    public required int Epoch { get; init; }

    public required string State { get; init; }

    public required string Request { get; init; }

    public required string Channel { get; init; }

    public Guid? SessionId { get; init; }

    public required int Attempt { get; init; }

    public string? Failures { get; init; }

    public required string Provider { get; init; }

    public required string Model { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required DateTimeOffset Now { get; init; }

    public required bool HasSteps { get; init; }

    public required string Lane { get; init; }

    public string? Correlation { get; init; }
}
