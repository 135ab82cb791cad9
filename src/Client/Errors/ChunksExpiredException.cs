namespace Millrace.Client.Errors;

/// <summary>
/// The generation has ended and its chunks are no longer in the fleet's log (they are kept for a day by default). The outcome with the
/// whole text is still there: <see cref="MillraceClient.WaitAsync"/>.
/// </summary>
public sealed class ChunksExpiredException(Guid generationId, long afterSequence) : Exception(
    $"The chunks of generation {generationId} after sequence {afterSequence} are no longer in the fleet's log. Wait for its outcome instead.")
{
    /// <summary>Which generation.</summary>
    public Guid GenerationId { get; } = generationId;

    /// <summary>The last sequence that could be delivered.</summary>
    public long AfterSequence { get; } = afterSequence;
}
