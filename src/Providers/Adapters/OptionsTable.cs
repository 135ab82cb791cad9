using System.Text.Json;
using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Providers.Models;
using Effort = Microsoft.Extensions.AI.ReasoningEffort;

namespace Millrace.Providers.Adapters;

/// <summary>What all adapters map alike. An absent option stays absent; <c>toolChoice</c> belongs to the tools and is mapped with them.</summary>
internal static class OptionsTable
{
    /// <summary>The options that every adapter knows by the abstraction's own name, with the model.</summary>
    public static ChatOptions Common(GenerationOptions options, string model) => new()
    {
        ModelId = model,
        Temperature = (float?)options.Temperature,
        TopP = (float?)options.TopP,
        StopSequences = options.Stop is { Count: > 0 } stop ? [.. stop] : null,
        ResponseFormat = Format(options),
        Reasoning = options.ReasoningEffort is { } effort ? new() { Effort = Map(effort) } : null,
    };

    /// <summary>The same, and the others that the abstraction has a name for: for a wire that takes all of them as they are.</summary>
    public static ChatOptions All(GenerationOptions options, string model)
    {
        var chat = Common(options, model);
        chat.TopK = options.TopK;
        chat.Seed = options.Seed;
        chat.FrequencyPenalty = (float?)options.FrequencyPenalty;
        chat.PresencePenalty = (float?)options.PresencePenalty;
        chat.MaxOutputTokens = options.MaxOutputTokens;
        return chat;
    }

    /// <summary>The names, in the request's JSON, of the options that are set although the provider has no such thing.</summary>
    public static IReadOnlyList<string> Ignored(params ReadOnlySpan<(string Name, bool IsSet)> unknown)
    {
        var ignored = new List<string>();
        foreach (var (name, isSet) in unknown)
            if (isSet) ignored.Add(name);
        return ignored;
    }

    /// <summary>What the model's maker says that it can do, wherever it is served.</summary>
    public static ModelAbilities AbilitiesOf(string model) => KnownModels.Find(model)?.Limits.Abilities ?? ModelAbilities.Unknown;

    /// <summary>For a model that has no parameter for the form: then words have to do, and the check of the answer.</summary>
    public static void Tell(ChatOptions chat, JsonElement? schema)
    {
        chat.ResponseFormat = null;
        chat.Instructions = "Answer with one JSON value and nothing else, without a code fence."
            + (schema is { } given ? $" It follows this JSON schema: {given.GetRawText()}" : "");
    }

    /// <summary>Free text is every provider's default, so it is not sent at all.</summary>
    private static ChatResponseFormatJson? Format(GenerationOptions options) => options switch
    {
        { JsonSchema: { } schema } => ChatResponseFormat.ForJsonSchema(schema, "answer"),
        { ResponseFormat: ResponseFormat.Json } => ChatResponseFormat.Json,
        _ => null,
    };

    private static Effort Map(Contracts.ReasoningEffort effort) => effort switch
    {
        Contracts.ReasoningEffort.None => Effort.None,
        Contracts.ReasoningEffort.Minimal or Contracts.ReasoningEffort.Low => Effort.Low,
        Contracts.ReasoningEffort.Medium => Effort.Medium,
        _ => Effort.High,
    };
}
