namespace Millrace.Contracts;

/// <summary>
/// The fleet has taken a request and cannot run it at once. Sent once, and only where somebody would notice: a request that is expected to begin within half a second has
/// none.
/// </summary>
public sealed record GenerationQueued
{
    /// <summary>Which generation.</summary>
    public required Guid GenerationId { get; init; }

    /// <summary>The generation's session, if it has one.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>Its place among those of its lane that wait, from 1, as far as 10,000. Bulk work of several tenants takes turns, so there others can come in between.</summary>
    public required long Position { get; init; }

    /// <summary>Milliseconds until it begins, by how many of its lane ended in the last minute; absent if none did.</summary>
    public double? ExpectedWaitMs { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset QueuedAt { get; init; }
}
