namespace Millrace.Persistence;

/// <summary>What every write of a run names: the generation, the number of its claim, and who holds it.</summary>
public sealed record Fence(Guid GenerationId, int Epoch, Guid Owner);
