using System.Text.Json.Serialization;
using Millrace.Contracts;

namespace Millrace.Dialects.BatchFiles;

/// <summary>A line of our own form. <c>custom_id</c>, and <c>prompt</c> or <c>messages</c>, are required.</summary>
internal sealed record ShortLine
{
    [JsonPropertyName("custom_id")]
    public string? CustomId { get; init; }

    [JsonPropertyName("prompt")]
    public string? Prompt { get; init; }

    [JsonPropertyName("messages")]
    public IReadOnlyList<PromptMessage>? Messages { get; init; }

    [JsonPropertyName("system_prompt")]
    public string? SystemPrompt { get; init; }

    [JsonPropertyName("provider")]
    public string? Provider { get; init; }

    [JsonPropertyName("model")]
    public string? Model { get; init; }

    [JsonPropertyName("temperature")]
    public double? Temperature { get; init; }

    [JsonPropertyName("top_p")]
    public double? TopP { get; init; }

    [JsonPropertyName("max_tokens")]
    public int? MaxTokens { get; init; }

    [JsonPropertyName("stop")]
    public IReadOnlyList<string>? Stop { get; init; }

    [JsonPropertyName("seed")]
    public long? Seed { get; init; }

    [JsonPropertyName("options")]
    public GenerationOptions? Options { get; init; }

    [JsonPropertyName("tools")]
    public IReadOnlyList<string>? Tools { get; init; }

    [JsonPropertyName("reuse_seconds")]
    public int? ReuseSeconds { get; init; }

    [JsonPropertyName("fallbacks")]
    public IReadOnlyList<string>? Fallbacks { get; init; }

    [JsonPropertyName("metadata")]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>What the line leaves out it gets from the batch.</summary>
    public GenerateRequested ToRequest(Guid id, Millrace.Persistence.Model.BatchDefaults defaults)
    {
        var options = Options ?? new();
        options = options with
        {
            Temperature = Temperature ?? options.Temperature ?? defaults.Temperature,
            TopP = TopP ?? options.TopP,
            MaxOutputTokens = MaxTokens ?? options.MaxOutputTokens ?? defaults.MaxOutputTokens,
            Stop = Stop ?? options.Stop,
            Seed = Seed ?? options.Seed,
        };
        return new()
        {
            GenerationId = id,
            Prompt = Prompt,
            Messages = Messages,
            SystemPrompt = SystemPrompt ?? defaults.SystemPrompt,
            Provider = Provider,
            Model = Model,
            Tools = Tools,
            ReuseSeconds = ReuseSeconds,
            Fallbacks = Fallbacks,
            Metadata = Metadata,
            Options = options == new GenerationOptions() ? null : options,
        };
    }
}
