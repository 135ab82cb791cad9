using System.Text.Json;
using Millrace.Gateway.OpenAI.Prompts;

namespace Millrace.Gateway.OpenAI.Chat;

/// <summary><c>POST /v1/chat/completions</c>, as far as it matters here; other fields are passed over.</summary>
internal sealed record ChatRequest
{
    public string? Model { get; init; }
    public IReadOnlyList<ChatMessage?>? Messages { get; init; }
    public bool? Stream { get; init; }
    public StreamOptions? StreamOptions { get; init; }
    public int? MaxTokens { get; init; }
    public int? MaxCompletionTokens { get; init; }
    public double? Temperature { get; init; }
    public double? TopP { get; init; }
    public int? N { get; init; }
    public JsonElement? Stop { get; init; }
    public long? Seed { get; init; }
    public double? PresencePenalty { get; init; }
    public double? FrequencyPenalty { get; init; }
    public JsonElement? LogitBias { get; init; }
    public bool? Logprobs { get; init; }
    public IReadOnlyList<JsonElement>? Tools { get; init; }
    public JsonElement? ToolChoice { get; init; }
    public bool? ParallelToolCalls { get; init; }
    public JsonElement? ResponseFormat { get; init; }
    public string? ReasoningEffort { get; init; }
    public string? Verbosity { get; init; }
    public IReadOnlyList<string>? Modalities { get; init; }
    public IReadOnlyList<JsonElement>? Functions { get; init; }
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
    public FleetOptions? Millrace { get; init; }
}

/// <summary>What a stream brings besides text.</summary>
internal sealed record StreamOptions(bool? IncludeUsage = null);

/// <summary>One message of a chat.</summary>
internal sealed record ChatMessage
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

/// <summary>A call in an assistant's message.</summary>
internal sealed record ChatCall(string? Id, ChatFunction? Function);

/// <summary>What is called.</summary>
internal sealed record ChatFunction(string? Name, string? Arguments);
