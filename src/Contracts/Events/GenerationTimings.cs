namespace Millrace.Contracts;

/// <summary>Where the time of a generation went. Milliseconds, by the clock of the worker that ended it and of the database.</summary>
public sealed record GenerationTimings
{
    /// <summary>From the commit of the request to the first claim by a worker.</summary>
    public double? QueuedMs { get; init; }

    /// <summary>From the claim to the first piece of the answering attempt. Absent if none came.</summary>
    public double? FirstChunkMs { get; init; }

    /// <summary>From the commit of the request to the end.</summary>
    public double? TotalMs { get; init; }
}
