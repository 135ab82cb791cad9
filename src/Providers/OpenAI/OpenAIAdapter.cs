using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Providers.Adapters;
using Millrace.Providers.Http;
using Millrace.Providers.Options;
using Millrace.Providers.Streaming;
using OpenAI;
using OpenAI.Chat;

#pragma warning disable SCME0001 // JsonPatch is marked experimental; it is the SDK's only way to send members that it does not model.

namespace Millrace.Providers.OpenAI;

/// <summary>Chat completions through the OpenAI SDK: OpenAI itself, Hugging Face's router, and every server that speaks the same.</summary>
internal sealed class OpenAIAdapter : IProviderAdapter
{
    private readonly OpenAIFeatures dialect;
    private readonly bool takesCompletionTokens;

    public OpenAIAdapter(ProviderOptions options, HttpClient http, OpenAIFeatures dialect)
    {
        Options = options;
        this.dialect = dialect;
        takesCompletionTokens = options.MaxTokensField is { } field ? field == "max_completion_tokens" : dialect.TakesCompletionTokens;
        var settings = new OpenAIClientOptions
        {
            Endpoint = options.Endpoint,
            Transport = new HttpClientPipelineTransport(http),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
        };
        // The SDK insists on a key and on a model. Our handler puts the real key in, and each request names its model.
        var chats = new ChatClient("named-by-the-request", new ApiKeyCredential("set-by-the-handler"), settings).AsIChatClient();
        Client = new ExactCallsChatClient(chats, dialect.TakesReasoning);
    }

    public IChatClient Client { get; }

    public ProviderOptions Options { get; }

    public MappedOptions Map(GenerationOptions? options, string model)
    {
        options ??= new();
        var chat = OptionsTable.Common(options, model);
        chat.Reasoning = null; // the abstraction has fewer steps than the wire
        chat.Seed = options.Seed;
        chat.FrequencyPenalty = (float?)options.FrequencyPenalty;
        chat.PresencePenalty = (float?)options.PresencePenalty;
        chat.MaxOutputTokens = takesCompletionTokens ? options.MaxOutputTokens : null;
        // The adapter rewrites schemas to the subset that OpenAI can enforce, so there they may as well be enforced. Other servers
        // get the schema as it was written.
        if (dialect.EnforcesSchemas && options.JsonSchema is not null) chat.AdditionalProperties = new() { ["strict"] = true };
        var schema = OptionsTable.AbilitiesOf(model).JsonSchema is not false ? options.JsonSchema : null;
        if (chat.ResponseFormat is not null && schema is null) Tell(chat, options, model);
        chat.RawRepresentationFactory = _ => Extra(options, schema);
        return new(chat, OptionsTable.Ignored(("topK", options.TopK is not null && !dialect.TakesTopK)));
    }

    /// <summary>
    /// The adapter would add members to each schema, and make tools strict when the answer's schema is. Strict calls need every property
    /// to be required, which tools that are written for all providers are not: only a caller's are strict, where it says so.
    /// </summary>
    public MappedOptions Offer(MappedOptions mapped, ToolOffer offer)
    {
        var options = mapped.Chat.RawRepresentationFactory!;
        mapped.Chat.RawRepresentationFactory = client =>
        {
            var raw = (ChatCompletionOptions)options(client)!;
            foreach (var tool in offer.Tools) raw.Tools.Add(Native(tool));
            raw.AllowParallelToolCalls = offer.Parallel;
            raw.ToolChoice = offer.Choice switch
            {
                "auto" => null, // the default
                "none" => ChatToolChoice.CreateNoneChoice(),
                "required" => ChatToolChoice.CreateRequiredChoice(),
                var name => ChatToolChoice.CreateFunctionChoice(name),
            };
            return raw;
        };
        return mapped;
    }

    public IReadOnlyList<CallFragment> Calls(ChatResponseUpdate update)
    {
        if (update.RawRepresentation is not StreamingChatCompletionUpdate { ToolCallUpdates: { Count: > 0 } pieces }) return CallFragment.None;
        return [.. pieces.Select(Piece)];
    }

    /// <summary>
    /// An <c>error</c> member in a frame is unknown to the SDK, which passes the frame on as an update without text; a refusal
    /// is known to it, but its adapter shows one only beside tool calls, so that it would pass for an empty answer.
    /// </summary>
    public ErrorBody? FindError(ChatResponseUpdate update)
    {
        if (update.Contents is [TextContent { Text.Length: > 0 }, ..]) return null;
        if (update.RawRepresentation is not StreamingChatCompletionUpdate frame) return null;
        if (frame.RefusalUpdate is { Length: > 0 }) return new("refusal", null);
        var hasError = frame.Patch.TryGetJson("$.error"u8, out var error) && !error.Span.SequenceEqual("null"u8);
        return hasError ? ErrorBody.Parse(error) : null;
    }

    public ErrorBody? FindError(Exception fault) => null;

    /// <summary>Older models hold to no schema, the oldest not to JSON either; the mode itself wants to be told of JSON in words.</summary>
    private static void Tell(ChatOptions chat, GenerationOptions options, string model)
    {
        var mode = OptionsTable.AbilitiesOf(model).JsonMode is not false;
        if (mode && options.JsonSchema is null) return;
        OptionsTable.Tell(chat, options.JsonSchema);
        if (mode && IsForObjects(options.JsonSchema)) chat.ResponseFormat = Microsoft.Extensions.AI.ChatResponseFormat.Json;
    }

    /// <summary>The mode makes every answer an object.</summary>
    private static bool IsForObjects(JsonElement? schema)
    {
        if (schema is not { ValueKind: JsonValueKind.Object } given) return false;
        return given.TryGetProperty("type", out var type) && type.ValueEquals("object");
    }

    private static ChatTool Native(AIFunctionDeclaration tool) => ChatTool.CreateFunctionTool(
        tool.Name,
        NullIfEmpty(tool.Description),
        BinaryData.FromString(tool.JsonSchema.GetRawText()),
        ToolOffer.StrictOf(tool));

    private static CallFragment Piece(StreamingChatToolCallUpdate piece) =>
        new(piece.Index, piece.ToolCallId, piece.FunctionName, piece.FunctionArgumentsUpdate?.ToString() ?? "");

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    /// <summary>What only other servers take, and the schema for them.</summary>
    private ChatCompletionOptions Extra(GenerationOptions options, JsonElement? form)
    {
        var extra = new ChatCompletionOptions();
        if (options.MaxOutputTokens is { } tokens && !takesCompletionTokens) extra.Patch.Set("$.max_tokens"u8, tokens);
        if (options.TopK is { } topK && dialect.TakesTopK) extra.Patch.Set("$.top_k"u8, topK);
        if (options.Verbosity is { } verbosity) extra.Patch.Set("$.verbosity"u8, verbosity.ToString().ToLowerInvariant());
        if (options.ReasoningEffort is { } effort) extra.Patch.Set("$.reasoning_effort"u8, effort.ToString().ToLowerInvariant());
        if (form is { } schema && !dialect.EnforcesSchemas)
            extra.ResponseFormat = NativeFormat(schema);
        return extra;
    }

    private static global::OpenAI.Chat.ChatResponseFormat NativeFormat(JsonElement schema) =>
        global::OpenAI.Chat.ChatResponseFormat.CreateJsonSchemaFormat("answer", BinaryData.FromString(schema.GetRawText()));
}
