using Millrace.Contracts;

namespace Millrace.Dialects.OpenAI;

/// <summary>What an outcome still knows when the log is gone, as the chunks that would say it.</summary>
public static class RememberedChunks
{
    public static List<ChunkProduced> Of(GenerationCompleted outcome, DateTimeOffset at)
    {
        var chunks = new List<ChunkProduced>();
        if (outcome.Reasoning is { } thoughts) chunks.Add(Chunk(ChunkKind.Reasoning, thoughts, null));
        if (outcome.Text.Length > 0) chunks.Add(Chunk(ChunkKind.Text, outcome.Text, null));
        foreach (var call in outcome.ToolCalls ?? []) chunks.Add(Chunk(ChunkKind.ToolCall, null, call));
        return chunks;

        ChunkProduced Chunk(ChunkKind kind, string? text, ToolCall? call) => new()
        {
            GenerationId = outcome.GenerationId,
            Sequence = chunks.Count + 1,
            Epoch = 1,
            Step = 1,
            Kind = kind,
            Text = text,
            ToolCall = call,
            ProducedAt = at,
        };
    }
}
