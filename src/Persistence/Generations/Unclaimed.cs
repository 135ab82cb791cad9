namespace Millrace.Persistence.Generations;

/// <summary>A generation that has not been claimed, or is between two claims, as an ending needs to see it.</summary>
public sealed record Unclaimed(
    Guid Id, int Epoch, string State, string Request, string Channel, Guid? SessionId, int Attempt, string? Failures,
    string Provider, string Model, DateTimeOffset ReceivedAt, DateTimeOffset Now, bool HasSteps, string Lane,
    string? Correlation);
