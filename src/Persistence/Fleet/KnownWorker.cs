namespace Millrace.Persistence.Fleet;

/// <summary>A worker as the table knows it.</summary>
/// <param name="Running">Generations that it runs.</param>
public sealed record KnownWorker(
    Guid Id, string Name, DateTimeOffset StartedAt, DateTimeOffset HeartbeatAt, bool Alive, long Running);
