namespace Millrace.Persistence.Poison;

/// <summary>Another worker that had a message in hand.</summary>
/// <param name="Worker">Which.</param>
/// <param name="IsDead">It is dead to who asks.</param>
/// <param name="HeartbeatAt">When it was last heard; absent: its row is gone, long after its death.</param>
public sealed record Holder(Guid Worker, bool IsDead, DateTimeOffset? HeartbeatAt);
