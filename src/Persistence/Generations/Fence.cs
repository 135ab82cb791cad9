using Millrace.Persistence.Model;

namespace Millrace.Persistence.Generations;

/// <summary>What every write of a run names: the generation, the number of its claim, and who holds it.</summary>
public sealed record Fence(Guid GenerationId, int Epoch, Guid Owner)
{
    /// <summary>The run that the first three parameters name still holds the generation <c>g</c>.</summary>
    internal const string Holds = $"g.id = $1 AND g.epoch = $2 AND g.owner = $3 AND g.state = '{GenerationState.Running}'";
}
