namespace Millrace.Contracts;

/// <summary>A worker has taken the generation and is about to call the provider. Sent once per attempt of a worker.</summary>
public sealed record GenerationStarted
{
    /// <summary>Which generation.</summary>
    public required Guid GenerationId { get; init; }

    /// <summary>The generation's session, if it has one.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>The worker's name: host and process.</summary>
    public required string Worker { get; init; }

    /// <summary>The configured provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>Which provider call this is, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>The fence number of this claim, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }
}
