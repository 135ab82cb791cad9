using System.Text.Json;

namespace Millrace.Dialects.OpenAI;

/// <summary><c>POST /v1/chat/completions</c>, as far as it matters here; other fields are passed over.</summary>
public sealed record ChatRequest
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
