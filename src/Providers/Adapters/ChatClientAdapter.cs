using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Providers.Http;
using Millrace.Providers.Options;
using Millrace.Providers.Streaming;

namespace Millrace.Providers.Adapters;

/// <summary>
/// Speaks through any <see cref="IChatClient"/>, in the abstraction's own words: its options, its tools, its content. The client streams
/// by <see cref="IChatClient.GetStreamingResponseAsync"/> alone, ends with a finish reason, and brings tool calls whole.
/// </summary>
/// <remarks>
/// The client throws what it cannot do: a <see cref="Failures.ProviderException"/> is the failure as it stands, anything else is a stream
/// that cannot be read. A refusal that came over the provider's HTTP client is known already.
/// </remarks>
public sealed class ChatClientAdapter(IChatClient client, ProviderOptions options) : IProviderAdapter
{
    public IChatClient Client => client;

    public ProviderOptions Options => options;

    public MappedOptions Map(GenerationOptions? options, string model)
    {
        options ??= new();
        return new(OptionsTable.All(options, model), OptionsTable.Ignored(("verbosity", options.Verbosity is not null)));
    }

    public MappedOptions Offer(MappedOptions mapped, ToolOffer offer)
    {
        mapped.Chat.Tools = [.. offer.Tools];
        mapped.Chat.AllowMultipleToolCalls = offer.Parallel;
        mapped.Chat.ToolMode = offer.Choice switch
        {
            "auto" => ChatToolMode.Auto,
            "none" => ChatToolMode.None,
            "required" => ChatToolMode.RequireAny,
            var tool => ChatToolMode.RequireSpecific(tool),
        };
        return mapped;
    }

    public IReadOnlyList<CallFragment> Calls(ChatResponseUpdate update) => CallFragment.WholeIn(update);

    public ErrorBody? FindError(ChatResponseUpdate update) => null;

    public ErrorBody? FindError(Exception fault) => null;
}
