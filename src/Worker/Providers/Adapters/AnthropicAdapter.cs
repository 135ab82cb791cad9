using System.Text.Json;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;
using Millrace.Contracts;

namespace Millrace.Worker.Providers;

/// <summary>Messages through Anthropic's SDK.</summary>
internal sealed class AnthropicAdapter : IProviderAdapter
{
    public AnthropicAdapter(ProviderOptions options, HttpClient http)
    {
        Options = options;
        // Key, token and address are all given, or the SDK would look for others in the environment and on disk.
        var client = new AnthropicClient
        {
            HttpClient = http,
            BaseUrl = options.Endpoint!.AbsoluteUri.TrimEnd('/'),
            ApiKey = "set-by-the-handler",
            AuthToken = null,
            MaxRetries = 0,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        var thinking = options.Thinking == "extended" ? AnthropicThinkingMode.Extended : AnthropicThinkingMode.Adaptive;
        Client = new ExactRepliesChatClient(client.AsIChatClient(defaultModelId: null, options.MaxOutputTokens, thinking));
    }

    public IChatClient Client { get; }

    public ProviderOptions Options { get; }

    public string ProbePath => "v1/models";

    public MappedOptions Map(GenerationOptions? options, string model)
    {
        options ??= new();
        var chat = OptionsTable.Common(options, model);
        if (chat.ResponseFormat is not null && !(HasProperties(options.JsonSchema) && OptionsTable.AbilitiesOf(model).JsonSchema is not false))
            OptionsTable.Tell(chat, options.JsonSchema);
        chat.MaxOutputTokens = options.MaxOutputTokens;
        if (options is not { Temperature: null, TopP: null, TopK: null }) chat.RawRepresentationFactory = _ => Sampled(options, model);
        return new(chat, OptionsTable.Ignored(
            ("seed", options.Seed is not null),
            ("frequencyPenalty", options.FrequencyPenalty is not null),
            ("presencePenalty", options.PresencePenalty is not null)));
    }

    public bool IsToolFragment(ChatResponseUpdate update) => update.RawRepresentation is RawMessageStreamEvent
    {
        Value: RawContentBlockDeltaEvent { Delta.Value: InputJsonDelta } or RawContentBlockStartEvent { ContentBlock.Value: ToolUseBlock },
    };

    public ErrorBody? FindError(ChatResponseUpdate update) => null;

    public ErrorBody? FindError(Exception fault) =>
        fault is AnthropicSseException error ? new(ErrorBody.Sanitized(error.ErrorCode), ErrorBody.Sanitized(error.Type?.Raw())) : null;

    /// <summary>
    /// The SDK no longer models the sampling options, since the newest models refuse them, and its adapter drops them without a word.
    /// The wire still has them, so they go in raw, beside what the SDK requires of a request that is begun for it.
    /// </summary>
    private MessageCreateParams Sampled(GenerationOptions options, string model)
    {
        var body = new Dictionary<string, JsonElement>
        {
            ["model"] = JsonSerializer.SerializeToElement(model),
            ["max_tokens"] = JsonSerializer.SerializeToElement(options.MaxOutputTokens ?? Options.MaxOutputTokens),
            ["messages"] = JsonElement.Parse("[]"),
        };
        if (options.Temperature is { } temperature) body["temperature"] = JsonSerializer.SerializeToElement(temperature);
        if (options.TopP is { } topP) body["top_p"] = JsonSerializer.SerializeToElement(topP);
        if (options.TopK is { } topK) body["top_k"] = JsonSerializer.SerializeToElement(topK);
        return MessageCreateParams.FromRawUnchecked(new Dictionary<string, JsonElement>(), new Dictionary<string, JsonElement>(), body);
    }

    /// <summary>There is no JSON mode without a schema, and the adapter silently sends none without properties: then words have to do.</summary>
    private static bool HasProperties(JsonElement? schema) =>
        schema is { ValueKind: JsonValueKind.Object } given && given.TryGetProperty("properties", out var properties) && properties.ValueKind is JsonValueKind.Object;
}
