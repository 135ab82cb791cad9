using Millrace.Persistence.Model;

namespace Millrace.Persistence.Batches;

/// <summary>The right to check a batch's file, until somebody else takes it.</summary>
/// <param name="Batch">As it stands.</param>
/// <param name="Owner">Whose right it is.</param>
/// <param name="LostWorkers">The owners that it was taken from, since they were dead.</param>
public sealed record BatchClaim(Batch Batch, Guid Owner, string? LostWorkers)
{
    public Guid Id => Batch.Id;

    public int Epoch => Batch.Epoch;
}
