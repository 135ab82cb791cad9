using System.Text.Json;
using Millrace.Contracts;
using Millrace.Persistence.Model;

namespace Millrace.Persistence.Chunks;

/// <summary>The part of a chunk that depends on its kind, as the log keeps it.</summary>
public sealed record ChunkPayload(
    string? Text = null, ToolCall? ToolCall = null, long? KeepThrough = null, bool? IsError = null)
{
    /// <summary>As the log keeps it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ContractsJson.Options);

    /// <summary>The event of a chunk in the log: the same, byte for byte, as the one that was sent live.</summary>
    public static ChunkProduced ToEvent(Chunk chunk, Guid? session)
    {
        var payload = JsonSerializer.Deserialize<ChunkPayload>(chunk.Payload, ContractsJson.Options)!;
        return new ChunkProduced
        {
            GenerationId = chunk.GenerationId,
            SessionId = session,
            Sequence = chunk.Sequence,
            Epoch = chunk.Epoch,
            Step = chunk.Step,
            Kind = Enum.Parse<ChunkKind>(chunk.Kind),
            Text = payload.Text,
            ToolCall = payload.ToolCall,
            IsError = payload.IsError,
            KeepThrough = payload.KeepThrough,
            ProducedAt = chunk.ProducedAt,
        };
    }

    /// <summary>
    /// The text of the answer that counts: that of the last step; restarts take back what came after their mark.
    /// </summary>
    public static string TextOf(IEnumerable<ChunkProduced> chunks)
    {
        var kept = new List<ChunkProduced>();
        foreach (var chunk in chunks)
        {
            if (chunk.Kind == ChunkKind.Restarted) kept.RemoveAll(piece => piece.Sequence > chunk.KeepThrough);
            else kept.Add(chunk);
        }
        var last = kept.Count == 0 ? 0 : kept[^1].Step;
        return string.Concat(kept.Where(piece => piece.Kind == ChunkKind.Text && piece.Step == last).Select(piece => piece.Text));
    }
}
