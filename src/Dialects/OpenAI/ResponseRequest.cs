using System.Text.Json;

namespace Millrace.Dialects.OpenAI;

/// <summary><c>POST /v1/responses</c>, as far as it matters here; other fields are passed over.</summary>
public sealed record ResponseRequest
{
    public string? Model { get; init; }
    public JsonElement? Input { get; init; }
    public string? Instructions { get; init; }
    public bool? Background { get; init; }
    public bool? Stream { get; init; }
    public bool? Store { get; init; }
    public string? PreviousResponseId { get; init; }
    public JsonElement? Conversation { get; init; }
    public JsonElement? Prompt { get; init; }
    public IReadOnlyList<JsonElement>? Tools { get; init; }
    public JsonElement? ToolChoice { get; init; }
    public bool? ParallelToolCalls { get; init; }
    public int? MaxOutputTokens { get; init; }
    public double? Temperature { get; init; }
    public double? TopP { get; init; }
    public TextOptions? Text { get; init; }
    public ReasoningOptions? Reasoning { get; init; }
    public IReadOnlyList<string>? Include { get; init; }
    public string? Truncation { get; init; }
    public string? User { get; init; }
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
    public FleetOptions? Millrace { get; init; }
}
