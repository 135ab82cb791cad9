namespace Millrace.Persistence.Batches;

/// <summary>What could be let go: lines of a batch, or bulk generations of a tenant that are nobody's lines.</summary>
/// <param name="Batch">The batch; absent: the tenant's single ones.</param>
/// <param name="Model">The lines' model; absent for single ones, which may have several.</param>
/// <param name="Weight">The batch's share among its tenant's; 1 for single ones.</param>
/// <param name="Count">How many there are; unknown for single ones.</param>
public sealed record OffLane(string Tenant, Guid? Batch, string? Model, int Weight, long Count);
