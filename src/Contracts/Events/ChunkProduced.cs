namespace Millrace.Contracts;

/// <summary>
/// One piece of a generation's stream. It was committed to the chunk log before it was published. The answer is the
/// <see cref="Text"/> of all <see cref="ChunkKind.Text"/> pieces of the last <see cref="Step"/> in order of <see cref="Sequence"/>, less what restarts took
/// back; earlier steps say what the model said before it called its tools.
/// </summary>
public sealed record ChunkProduced
{
    /// <summary>Which generation.</summary>
    public required Guid GenerationId { get; init; }

    /// <summary>The generation's session, if it has one.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>1, 2, 3 … without gap over the whole generation, over all attempts.</summary>
    public required long Sequence { get; init; }

    /// <summary>Which claim wrote it: 1 for the first worker that ran the generation, 2 for the next.</summary>
    public required int Epoch { get; init; }

    /// <summary>Which provider call of the generation, from 1.</summary>
    public required int Step { get; init; }

    /// <summary>What it is.</summary>
    public required ChunkKind Kind { get; init; }

    /// <summary>The text, exactly as the model produced it. Present for text, reasoning and tool results.</summary>
    public string? Text { get; init; }

    /// <summary>The tool call. Present for tool calls and tool results.</summary>
    public ToolCall? ToolCall { get; init; }

    /// <summary>True for the result of a tool call that failed.</summary>
    public bool? IsError { get; init; }

    /// <summary>On a restart: pieces up to this sequence still count, later ones do not. 0 takes everything back.</summary>
    public long? KeepThrough { get; init; }

    /// <summary>UTC, when it entered the log.</summary>
    public required DateTimeOffset ProducedAt { get; init; }
}
