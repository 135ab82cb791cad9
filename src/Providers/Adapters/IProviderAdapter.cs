using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Providers.Failures;
using Millrace.Providers.Http;
using Millrace.Providers.Options;
using Millrace.Providers.Streaming;

namespace Millrace.Providers.Adapters;

/// <summary>What differs between the SDKs. One per provider, made once, used by all calls at the same time.</summary>
public interface IProviderAdapter
{
    IChatClient Client { get; }

    ProviderOptions Options { get; }

    /// <summary>The request's options under this provider's names, in new <see cref="ChatOptions"/>.</summary>
    /// <exception cref="ProviderException">Ignoring an option would change the answer's form.</exception>
    MappedOptions Map(GenerationOptions? options, string model);

    /// <summary>Adds tools to what <see cref="Map"/> gave: name, description and schema as they are, in the provider's form.</summary>
    MappedOptions Offer(MappedOptions mapped, ToolOffer offer);

    /// <summary>The pieces of tool calls that an update brings.</summary>
    IReadOnlyList<CallFragment> Calls(ChatResponseUpdate update);

    /// <summary>The error that the provider sent as a frame and the adapter took for an update, or null.</summary>
    ErrorBody? FindError(ChatResponseUpdate update);

    /// <summary>The error that the provider sent as a frame and the adapter threw, or null.</summary>
    ErrorBody? FindError(Exception fault);
}
