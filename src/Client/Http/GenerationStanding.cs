using Millrace.Client.Streaming;
using Millrace.Contracts;

namespace Millrace.Client.Http;

/// <summary>What a gateway says of a generation, as far as it matters here.</summary>
internal sealed record GenerationStanding
{
    public GenerationCompleted? Completed { get; init; }

    public GenerationFailed? Failed { get; init; }

    public GenerationCancelled? Cancelled { get; init; }

    /// <summary>How it ended, if it has.</summary>
    public Outcome? Outcome => Outcome.Of(AsPage(default, 0));

    /// <summary>A page of the log that has its end and no chunks.</summary>
    public ChunksReplayed AsPage(Guid id, long afterSequence) => new()
    {
        GenerationId = id,
        AfterSequence = afterSequence,
        Chunks = [],
        HasMore = false,
        Known = true,
        Completed = Completed,
        Failed = Failed,
        Cancelled = Cancelled,
    };
}
