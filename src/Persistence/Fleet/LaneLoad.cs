namespace Millrace.Persistence.Fleet;

/// <summary>What lies on a lane.</summary>
/// <param name="Name">Provider and class: <c>openai.interactive</c>.</param>
/// <param name="OldestQueued">The age of the oldest generation that is queued, by the database's clock; null if none
/// is.</param>
public sealed record LaneLoad(string Name, long Queued, long Waiting, long Parked, long Running, TimeSpan? OldestQueued);
