using System.ComponentModel;
using Millrace.Persistence.Fleet;

namespace Millrace.Gateway.Native;

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
