namespace Millrace.Engine.Settings;

/// <summary>This process in the fleet: a new id at every start, and a name for people.</summary>
public sealed record WorkerIdentity(Guid Id, string Name)
{
    public static WorkerIdentity Create(TimeProvider time) =>
        new(Guid.CreateVersion7(time.GetUtcNow()), $"{Environment.MachineName}:{Environment.ProcessId}");
}
