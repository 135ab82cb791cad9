namespace Millrace.Persistence.Model;

/// <summary>
/// A running worker process. It is alive while its heartbeat is younger than the fleet's limit, by the database's
/// clock, and nobody has seen that it is lost.
/// </summary>
internal sealed class Worker
{
    public Guid Id { get; set; }
    public required string Name { get; set; }
    public DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset HeartbeatAt { get; set; }

    /// <summary>
    /// Since when it has been heard without a gap: one that was itself cut off must not judge the others by their age.
    /// </summary>
    public DateTimeOffset UnbrokenSince { get; set; }

    /// <summary>Since when its session with the database stands. Absent: it has had none.</summary>
    public DateTimeOffset? SessionSince { get; set; }

    /// <summary>When another worker saw that its session was gone and it silent. A heartbeat takes that back.</summary>
    public DateTimeOffset? LostAt { get; set; }
}
