using System.Text.Json;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Providers.Adapters;
using Millrace.Providers.Http;
using Millrace.Providers.Options;
using Millrace.Providers.Streaming;

namespace Millrace.Providers.Anthropic;

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
        var thinksFirst = options.Thinking == "extended";
        var thinking = thinksFirst ? AnthropicThinkingMode.Extended : AnthropicThinkingMode.Adaptive;
        Client = new ExactRepliesChatClient(client.AsIChatClient(defaultModelId: null, options.MaxOutputTokens, thinking), thinksFirst);
    }

    public IChatClient Client { get; }

    public ProviderOptions Options { get; }

    public MappedOptions Map(GenerationOptions? options, string model)
    {
        options ??= new();
        var chat = OptionsTable.Common(options, model);
        var holdsToSchema = HasProperties(options.JsonSchema) && OptionsTable.AbilitiesOf(model).JsonSchema is not false;
        if (chat.ResponseFormat is not null && !holdsToSchema) OptionsTable.Tell(chat, options.JsonSchema);
        chat.MaxOutputTokens = options.MaxOutputTokens;
        var isSampled = options is not { Temperature: null, TopP: null, TopK: null };
        if (isSampled) chat.RawRepresentationFactory = _ => Sampled(options, model);
        return new(chat, OptionsTable.Ignored(
            ("seed", options.Seed is not null),
            ("frequencyPenalty", options.FrequencyPenalty is not null),
            ("presencePenalty", options.PresencePenalty is not null),
            ("verbosity", options.Verbosity is not null)));
    }

    /// <summary>
    /// In raw too: the SDK's adapter rewrites schemas, and takes a tool that is named for any tool. The API refuses to make a model that
    /// thinks call a tool; then the choice is not sent.
    /// </summary>
    public MappedOptions Offer(MappedOptions mapped, ToolOffer offer)
    {
        var thinks = mapped.Chat.Reasoning is { Effort: not Microsoft.Extensions.AI.ReasoningEffort.None };
        var cannotInsist = thinks && offer.Insists;
        var begun = mapped.Chat.RawRepresentationFactory;
        var model = mapped.Chat.ModelId!;
        var maxTokens = mapped.Chat.MaxOutputTokens ?? Options.MaxOutputTokens;
        mapped.Chat.RawRepresentationFactory = client =>
        {
            var sampled = (MessageCreateParams?)begun?.Invoke(client);
            var body = sampled?.RawBodyData.ToDictionary() ?? AnthropicBody.Begin(model, maxTokens);
            AnthropicBody.AddTools(body, offer, cannotInsist ? "auto" : offer.Choice);
            return AnthropicBody.Request(body);
        };
        return cannotInsist ? mapped with { Ignored = [.. mapped.Ignored, "toolChoice"] } : mapped;
    }

    public IReadOnlyList<CallFragment> Calls(ChatResponseUpdate update) => (update.RawRepresentation as RawMessageStreamEvent)?.Value switch
    {
        RawContentBlockStartEvent { ContentBlock.Value: ToolUseBlock call } start => [new(start.Index, call.ID, call.Name, Whole(call.Input))],
        RawContentBlockDeltaEvent { Delta.Value: InputJsonDelta piece } delta => [new(delta.Index, null, null, piece.PartialJson)],
        _ => CallFragment.None,
    };

    public ErrorBody? FindError(ChatResponseUpdate update) => null;

    public ErrorBody? FindError(Exception fault)
    {
        if (fault is not AnthropicSseException error) return null;
        return new(ErrorBody.Sanitized(error.ErrorCode), ErrorBody.Sanitized(error.Type?.Raw()));
    }

    /// <summary>
    /// The SDK no longer models the sampling options, since the newest models refuse them, and its adapter drops them without a word.
    /// The wire still has them, so they go in raw, beside what the SDK requires of a request that is begun for it.
    /// </summary>
    private MessageCreateParams Sampled(GenerationOptions options, string model)
    {
        var body = AnthropicBody.Begin(model, options.MaxOutputTokens ?? Options.MaxOutputTokens);
        if (options.Temperature is { } temperature) body["temperature"] = JsonSerializer.SerializeToElement(temperature);
        if (options.TopP is { } topP) body["top_p"] = JsonSerializer.SerializeToElement(topP);
        if (options.TopK is { } topK) body["top_k"] = JsonSerializer.SerializeToElement(topK);
        return AnthropicBody.Request(body);
    }

    /// <summary>A block begins with an empty object and its members follow in pieces, unless a server sends them at once.</summary>
    private static string Whole(IReadOnlyDictionary<string, JsonElement> input) =>
        input.Count == 0 ? "" : JsonSerializer.Serialize(input);

    /// <summary>There is no JSON mode without a schema, and the adapter silently sends none without properties: then words have to do.</summary>
    private static bool HasProperties(JsonElement? schema)
    {
        if (schema is not { ValueKind: JsonValueKind.Object } given) return false;
        return given.TryGetProperty("properties", out var properties) && properties.ValueKind is JsonValueKind.Object;
    }
}
