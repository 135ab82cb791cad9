using Microsoft.Extensions.AI;
using Millrace.Contracts;
using OllamaSharp;
using OllamaSharp.Models.Chat;

namespace Millrace.Worker.Providers;

/// <summary>Ollama's own chat through OllamaSharp.</summary>
internal sealed class OllamaAdapter(ProviderOptions options, HttpClient http) : IProviderAdapter
{
    public IChatClient Client { get; } = new OllamaApiClient(http);

    public ProviderOptions Options => options;

    public string ProbePath => "api/tags";

    public MappedOptions Map(GenerationOptions? options, string model)
    {
        options ??= new();
        if (options.Seed is { } seed and not (>= int.MinValue and <= int.MaxValue)) // the SDK would cut it to 32 bits without a word
            throw new ProviderException(FailureReason.InvalidRequest, $"options.seed is {seed}: for Ollama it is {int.MinValue} to {int.MaxValue}.");

        var chat = OptionsTable.Common(options, model);
        chat.TopK = options.TopK;
        chat.Seed = options.Seed;
        chat.FrequencyPenalty = (float?)options.FrequencyPenalty;
        chat.PresencePenalty = (float?)options.PresencePenalty;
        chat.MaxOutputTokens = options.MaxOutputTokens;
        return new(chat, []);
    }

    /// <summary>Ollama sends tool calls whole.</summary>
    public bool IsToolFragment(ChatResponseUpdate update) => false;

    /// <summary>
    /// A line <c>{"error":"…"}</c> reaches us as an update whose frame holds no message: the SDK looks for errors in other calls only.
    /// </summary>
    public ErrorBody? FindError(ChatResponseUpdate update) =>
        update.RawRepresentation is null or ChatResponseStream { Done: false, Message: null } ? default(ErrorBody) : null;

    public ErrorBody? FindError(Exception fault) => null;
}
