namespace Millrace.Persistence.Generations;

/// <summary>What intake knows of a request when it stores it.</summary>
public sealed record NewGeneration
{
    public required Guid Id { get; init; }

    public required string Tenant { get; init; }

    public required string State { get; init; }

    public required string Lane { get; init; }

    public required string Provider { get; init; }

    public required string Model { get; init; }

    public required string Channel { get; init; }

    public Guid? SessionId { get; init; }

    public string? Request { get; init; }

    public required byte[] RequestHash { get; init; }

    public DateTimeOffset? NotAfter { get; init; }

    public string? Outcome { get; init; }

    /// <summary>Its place in its session.</summary>
    public long? Turn { get; init; }

    /// <summary>It goes before the turns that wait.</summary>
    public bool GoesFirst { get; init; }

    /// <summary>The W3C <c>traceparent</c> of what asked for it.</summary>
    public string? TraceParent { get; init; }

    /// <summary>What its events carry of the message, as JSON.</summary>
    public string? Correlation { get; init; }

    /// <summary>Who wants its terminal event as an answer, as a JSON object in one line.</summary>
    public string? Requester { get; init; }
}
