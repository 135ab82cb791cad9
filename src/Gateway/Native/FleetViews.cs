using System.ComponentModel;
using System.Text.Json;
using Millrace.Contracts;
using Millrace.Persistence;

namespace Millrace.Gateway.Native;

/// <summary>A tool that a service offers.</summary>
internal sealed record ToolView
{
    [Description("Its name, as requests name it.")]
    public required string Name { get; init; }

    [Description("What it does and when to call it.")]
    public string? Description { get; init; }

    [Description("The JSON schema of its arguments. Absent: it takes none.")]
    public JsonElement? Parameters { get; init; }

    [Description("How long a call may take, in seconds.")]
    public required int TimeoutSeconds { get; init; }

    [Description("Whether a person has to agree to each call.")]
    public required bool RequiresApproval { get; init; }

    public static ToolView Of(RegisterTool tool) => new()
    {
        Name = tool.Name,
        Description = tool.Description,
        Parameters = tool.Parameters,
        TimeoutSeconds = tool.TimeoutSeconds ?? 900,
        RequiresApproval = tool.RequiresApproval,
    };
}

/// <summary>A worker.</summary>
internal sealed record WorkerView
{
    public required Guid Id { get; init; }

    [Description("Host and process.")]
    public required string Name { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    [Description("When it was last heard of, by the database's clock.")]
    public required DateTimeOffset HeartbeatAt { get; init; }

    [Description("Whether that is recent enough (the fleet's DeadAfter, 6 s by default).")]
    public required bool Alive { get; init; }

    [Description("Generations that it runs.")]
    public required long Running { get; init; }

    public static WorkerView Of(KnownWorker worker) => new()
    {
        Id = worker.Id,
        Name = worker.Name,
        StartedAt = worker.StartedAt,
        HeartbeatAt = worker.HeartbeatAt,
        Alive = worker.Alive,
        Running = worker.Running,
    };
}

/// <summary>The workers.</summary>
internal sealed record WorkerPage
{
    [Description("The entries, in the list's order.")]
    public required IReadOnlyList<WorkerView> Data { get; init; }

    [Description("How many of them are alive.")]
    public required int Alive { get; init; }

    [Description("What it means that none is alive. Absent: one is.")]
    public string? Notice { get; init; }

    public static WorkerPage Of(IReadOnlyList<WorkerView> workers)
    {
        var alive = workers.Count(worker => worker.Alive);
        return new() { Data = workers, Alive = alive, Notice = alive == 0 ? "No worker is alive: requests are taken, and wait for one." : null };
    }
}

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
