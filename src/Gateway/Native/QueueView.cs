using System.ComponentModel;
using Millrace.Persistence.Fleet;

namespace Millrace.Gateway.Native;

/// <summary>What lies on a lane.</summary>
internal sealed record QueueView
{
    [Description("Provider and class: openai.interactive.")]
    public required string Lane { get; init; }

    [Description("Can run, and wait for a slot.")]
    public required long Queued { get; init; }

    [Description("Wait for their turn in their session.")]
    public required long Waiting { get; init; }

    [Description("Wait for a time, a tool or a person, without a slot.")]
    public required long Parked { get; init; }

    [Description("Run on a worker.")]
    public required long Running { get; init; }

    [Description("Seconds since the fleet took the oldest of the queued ones. Absent: none is queued.")]
    public double? OldestQueuedSeconds { get; init; }

    public static QueueView Of(LaneLoad lane) => new()
    {
        Lane = lane.Name,
        Queued = lane.Queued,
        Waiting = lane.Waiting,
        Parked = lane.Parked,
        Running = lane.Running,
        OldestQueuedSeconds = lane.OldestQueued is { } age ? Math.Max(0, Math.Round(age.TotalSeconds, 3)) : null,
    };
}
