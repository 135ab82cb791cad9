using System.Text.Json.Serialization;

namespace Millrace.Contracts;

/// <summary>What one piece of the stream is.</summary>
[JsonConverter(typeof(EnumNameConverter<ChunkKind>))]
public enum ChunkKind
{
    /// <summary>Text of the answer.</summary>
    Text,

    /// <summary>Text of the reasoning before the answer; not part of the answer.</summary>
    Reasoning,

    /// <summary>The model calls a tool.</summary>
    ToolCall,

    /// <summary>What the tool returned.</summary>
    ToolResult,

    /// <summary>A new attempt begins: forget the pieces after <see cref="ChunkProduced.KeepThrough"/>.</summary>
    Restarted,
}
