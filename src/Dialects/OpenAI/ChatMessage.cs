using System.Text.Json;

namespace Millrace.Dialects.OpenAI;

/// <summary>One message of a chat.</summary>
public sealed record ChatMessage
{
    public string? Role { get; init; }
    public JsonElement? Content { get; init; }
    public string? Refusal { get; init; }

    /// <summary>What the model thought, as this API and most others show it in chats.</summary>
    public JsonElement? ReasoningContent { get; init; }

    /// <summary>The same, as vLLM, Ollama and OpenRouter name it.</summary>
    public JsonElement? Reasoning { get; init; }
    public IReadOnlyList<ChatCall?>? ToolCalls { get; init; }
    public string? ToolCallId { get; init; }
}
