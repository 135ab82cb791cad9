using Millrace.Contracts;

namespace Millrace.Tests.Client.Fakes;

/// <summary>What a fake worker does with one request: the chunks it writes to its log, what of it the bus loses, and how it ends.</summary>
internal sealed record Script
{
    /// <summary>Chunks in the log, <c>w1 w2 w3 …</c>, unless <see cref="Write"/> says otherwise.</summary>
    public int Chunks { get; init; } = 5;

    /// <summary>Makes the chunk of a sequence.</summary>
    public Func<Guid, long, ChunkProduced> Write { get; init; } = (id, sequence) => Chunk.Text(id, sequence);

    /// <summary>The order in which sequences are sent live; leave some out, repeat some, mix them.</summary>
    public Func<IEnumerable<long>, IEnumerable<long>> Send { get; init; } = all => all;

    /// <summary>Awaited before a sequence is written and sent.</summary>
    public Func<long, Task> Before { get; init; } = _ => Task.CompletedTask;

    /// <summary>The end is committed but its event is lost.</summary>
    public bool LosesEnd { get; init; }

    /// <summary>No event is sent for the start.</summary>
    public bool LosesStart { get; init; }

    /// <summary>The fleet's log forgets the chunks when the generation has ended.</summary>
    public bool ForgetsChunks { get; init; }

    /// <summary>Makes the terminal event.</summary>
    public Func<GenerateRequested, long, object> End { get; init; } = (request, last) => Ends.Completed(request.GenerationId, last);
}

internal static class Chunk
{
    public static ChunkProduced Text(Guid id, long sequence, string? text = null, ChunkKind kind = ChunkKind.Text, long? keepThrough = null) => new()
    {
        GenerationId = id,
        Sequence = sequence,
        Epoch = 1,
        Step = 1,
        Kind = kind,
        Text = kind == ChunkKind.Restarted ? null : text ?? $"w{sequence} ",
        KeepThrough = keepThrough,
        ProducedAt = DateTimeOffset.UnixEpoch.AddSeconds(sequence),
    };
}

internal static class Ends
{
    public static GenerationCompleted Completed(Guid id, long last, string? text = null) => new()
    {
        GenerationId = id,
        Text = text ?? string.Concat(Enumerable.Range(1, (int)last).Select(n => $"w{n} ")),
        FinishReason = FinishReason.Stop,
        Provider = "fake",
        Model = "fake-1",
        Usage = new TokenUsage { Input = 7, Cached = 3, Output = last, Reasoning = 1 },
        Attempts = 1,
        LastSequence = last,
        Timings = new GenerationTimings(),
    };

    public static GenerationFailed Failed(Guid id, long last) => new()
    {
        GenerationId = id,
        Reason = FailureReason.ProviderError,
        Message = "It broke.",
        Retryable = true,
        Attempts = 1,
        LastSequence = last,
        Timings = new GenerationTimings(),
    };

    public static GenerationCancelled Cancelled(Guid id, long last, string? reason) => new()
    {
        GenerationId = id,
        Reason = reason,
        Attempts = 1,
        LastSequence = last,
        Timings = new GenerationTimings(),
    };
}
