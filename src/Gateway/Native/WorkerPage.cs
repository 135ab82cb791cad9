using System.ComponentModel;

namespace Millrace.Gateway.Native;

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
