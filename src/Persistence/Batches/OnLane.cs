namespace Millrace.Persistence.Batches;

/// <summary>What of a lane is out: its generations that are queued, running or parked.</summary>
/// <param name="Batch">Whose line it is; absent: nobody's.</param>
public sealed record OnLane(string Tenant, Guid? Batch, string Model, long Count);
