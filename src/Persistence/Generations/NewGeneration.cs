namespace Millrace.Persistence.Generations;

/// <summary>What intake knows of a request when it stores it.</summary>
public sealed record NewGeneration(
    Guid Id, string Tenant, string State, string Lane, string Provider, string Model, string Channel, Guid? SessionId,
    string? Request, byte[] RequestHash, DateTimeOffset? NotAfter, string? Outcome)
{
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
