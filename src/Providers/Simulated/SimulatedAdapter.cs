using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Providers.Adapters;
using Millrace.Providers.Failures;
using Millrace.Providers.Http;
using Millrace.Providers.Options;
using Millrace.Providers.Streaming;

namespace Millrace.Providers.Simulated;

/// <summary>The simulated provider takes part in everything but the network.</summary>
internal sealed class SimulatedAdapter(ProviderOptions options, TimeProvider time) : IProviderAdapter
{
    public IChatClient Client { get; } = new SimulatedChatClient(time);

    public ProviderOptions Options => options;

    public MappedOptions Map(GenerationOptions? options, string model)
    {
        options ??= new();
        _ = SimulatedScript.Parse(model); // a wrong setting is refused before anything begins
        if (options.JsonSchema is not null || options.ResponseFormat is ResponseFormat.Json)
            throw new ProviderException(FailureReason.UnsupportedFeature,
                "options.responseFormat and options.jsonSchema ask for JSON: the simulated provider writes plain text only. "
                + "Choose another provider.");

        var chat = new ChatOptions
        {
            ModelId = model,
            Seed = options.Seed,
            MaxOutputTokens = options.MaxOutputTokens,
            StopSequences = options.Stop is { } stop ? [.. stop] : null,
        };
        return new(chat, OptionsTable.Ignored(
            ("temperature", options.Temperature is not null),
            ("topP", options.TopP is not null),
            ("topK", options.TopK is not null),
            ("frequencyPenalty", options.FrequencyPenalty is not null),
            ("presencePenalty", options.PresencePenalty is not null),
            ("reasoningEffort", options.ReasoningEffort is not null),
            ("verbosity", options.Verbosity is not null)));
    }

    public MappedOptions Offer(MappedOptions mapped, ToolOffer offer)
    {
        if (offer.Choice == "none") return mapped;
        mapped.Chat.Tools = [.. offer.Tools];
        mapped.Chat.AllowMultipleToolCalls = offer.Parallel;
        return offer.Insists ? mapped with { Ignored = [.. mapped.Ignored, "toolChoice"] } : mapped;
    }

    public IReadOnlyList<CallFragment> Calls(ChatResponseUpdate update) => CallFragment.WholeIn(update);

    public ErrorBody? FindError(ChatResponseUpdate update) => null;

    public ErrorBody? FindError(Exception fault) => null;
}
