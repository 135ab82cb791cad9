using System.ComponentModel;
using System.Text.Json.Serialization;
using Millrace.Contracts;

namespace Millrace.Gateway.Simple;

/// <summary>A prompt, and how to answer it. Only <c>prompt</c> is required.</summary>
internal sealed record SimpleRequest
{
    [JsonPropertyName("prompt")]
    [Description("The user's message. Not empty.")]
    public required string Prompt { get; init; }

    [JsonPropertyName("system_prompt")]
    [Description("Instructions before the conversation. Default: none, or the session's.")]
    public string? SystemPrompt { get; init; }

    [JsonPropertyName("provider")]
    [Description("The configured provider's name. Default: the fleet's default.")]
    public string? Provider { get; init; }

    [JsonPropertyName("model")]
    [Description("The model, also as provider/model, or an alias of the gateway's. Default: the provider's.")]
    public string? Model { get; init; }

    [JsonPropertyName("session_id")]
    [Description("The session this is a turn of; one that does not exist comes into being. Default: none.")]
    public Guid? SessionId { get; init; }

    [JsonPropertyName("temperature")]
    [Description("Randomness, 0 to 2. Default: the provider's.")]
    public double? Temperature { get; init; }

    [JsonPropertyName("top_p")]
    [Description("Nucleus sampling, above 0 to 1. Default: the provider's.")]
    public double? TopP { get; init; }

    [JsonPropertyName("max_tokens")]
    [Description("The most tokens to generate, 1 or more. Default: the provider's.")]
    public int? MaxTokens { get; init; }

    [JsonPropertyName("stop")]
    [Description("Texts that end the answer, at most 16. Default: none.")]
    public IReadOnlyList<string>? Stop { get; init; }

    [JsonPropertyName("seed")]
    [Description("Seed for repeatable sampling, where the provider has one. Default: none.")]
    public long? Seed { get; init; }

    [JsonPropertyName("tools")]
    [Description("Names of the fleet's tools that the model may call. Default: none.")]
    public IReadOnlyList<string>? Tools { get; init; }

    [JsonPropertyName("reuse_seconds")]
    [Description("Allows the recorded answer to the same question of so many seconds before, 1 to 2,592,000; not with tools. Default: none.")]
    public int? ReuseSeconds { get; init; }

    [JsonPropertyName("fallbacks")]
    [Description("What to try next when the provider stays unavailable: provider/model or a provider's name, at most 8. Default: none.")]
    public IReadOnlyList<string>? Fallbacks { get; init; }

    [JsonPropertyName("metadata")]
    [Description("Labels of your own: at most 16, keys to 64 and values to 512 characters. Default: none.")]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    [JsonPropertyName("cancel_on_disconnect")]
    [Description("Whether the generation ends when the caller goes away. Default: false, it goes on.")]
    public bool CancelOnDisconnect { get; init; }

    public GenerateRequested ToRequest(Guid id) => new()
    {
        GenerationId = id,
        Prompt = Prompt,
        SystemPrompt = SystemPrompt,
        Provider = Provider,
        Model = Model,
        SessionId = SessionId,
        Tools = Tools,
        ReuseSeconds = ReuseSeconds,
        Fallbacks = Fallbacks,
        Metadata = Metadata,
        Options = Temperature is null && TopP is null && MaxTokens is null && Stop is null && Seed is null ? null
            : new() { Temperature = Temperature, TopP = TopP, MaxOutputTokens = MaxTokens, Stop = Stop, Seed = Seed },
    };
}
