namespace Millrace.Persistence.Batches;

/// <summary>The lines of a batch could not be let go. Nothing of its lane was.</summary>
public sealed class BatchFeedException(Guid batch, Exception cause)
    : Exception($"The lines of batch {batch} could not be let go.", cause)
{
    public Guid Batch { get; } = batch;
}
