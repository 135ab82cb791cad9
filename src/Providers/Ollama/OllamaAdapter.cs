using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Providers.Adapters;
using Millrace.Providers.Failures;
using Millrace.Providers.Http;
using Millrace.Providers.Options;
using Millrace.Providers.Streaming;
using OllamaSharp;
using OllamaSharp.Models.Chat;

namespace Millrace.Providers.Ollama;

/// <summary>Ollama's own chat through OllamaSharp.</summary>
internal sealed class OllamaAdapter(ProviderOptions options, HttpClient http) : IProviderAdapter
{
    public IChatClient Client { get; } = new NativeMessagesChatClient(new OllamaApiClient(http));

    public ProviderOptions Options => options;

    public MappedOptions Map(GenerationOptions? options, string model)
    {
        options ??= new();
        if (options.Seed is < int.MinValue or > int.MaxValue) // the SDK would cut it to 32 bits without a word
        {
            throw new ProviderException(
                FailureReason.InvalidRequest, $"options.seed is {options.Seed}: for Ollama it is {int.MinValue} to {int.MaxValue}.");
        }

        return new(OptionsTable.All(options, model), OptionsTable.Ignored(("verbosity", options.Verbosity is not null)));
    }

    /// <summary>The wire has no choice, but what is not shown is not called.</summary>
    public MappedOptions Offer(MappedOptions mapped, ToolOffer offer)
    {
        if (offer.Choice == "none") return mapped;
        mapped.Chat.RawRepresentationFactory = _ => new ChatRequest { Tools = [.. offer.Tools.Select(Native)] };
        var ignored = OptionsTable.Ignored(
            ("toolChoice", offer.Insists),
            ("parallelToolCalls", offer.Parallel is not null));
        return mapped with { Ignored = [.. mapped.Ignored, .. ignored] };
    }

    /// <summary>Ollama sends tool calls whole, as objects.</summary>
    public IReadOnlyList<CallFragment> Calls(ChatResponseUpdate update) =>
        update.RawRepresentation is ChatResponseStream { Message.ToolCalls: { } calls }
            ? [.. calls.Select(call => new CallFragment(null, call.Id, call.Function?.Name, Text(call.Function?.Arguments)))]
            : CallFragment.None;

    /// <summary>
    /// A line <c>{"error":"…"}</c> reaches us as an update whose frame holds no message: the SDK looks for errors in other calls only.
    /// </summary>
    public ErrorBody? FindError(ChatResponseUpdate update) =>
        update.RawRepresentation is null or ChatResponseStream { Done: false, Message: null } ? default(ErrorBody) : null;

    public ErrorBody? FindError(Exception fault) => null;

    private static string Text(IDictionary<string, object?>? arguments) =>
        arguments is null ? "" : JsonSerializer.Serialize(arguments);

    /// <summary>The SDK's own mapping would close each schema to further members.</summary>
    private static JsonObject Native(AIFunctionDeclaration tool) => new()
    {
        ["type"] = "function",
        ["function"] = new JsonObject
        {
            ["name"] = tool.Name,
            ["description"] = tool.Description,
            ["parameters"] = JsonNode.Parse(tool.JsonSchema.GetRawText()),
        },
    };
}
