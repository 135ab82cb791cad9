namespace Millrace.Persistence;

/// <summary>A running worker process. It is alive while its heartbeat is younger than the fleet's limit, by the database's clock.</summary>
public sealed class Worker
{
    public Guid Id { get; set; }
    public required string Name { get; set; }
    public DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset HeartbeatAt { get; set; }

    /// <summary>Since when it has been heard without a gap: one that was itself cut off must not judge the others by their age.</summary>
    public DateTimeOffset UnbrokenSince { get; set; }
}
