using Millrace.Contracts;

namespace Millrace.Client;

/// <content>What models can do.</content>
public sealed partial class MillraceClient
{
    /// <summary>
    /// Asks a worker what providers and models can do: the table that the workers themselves go by, and no provider is called. With a model it is one
    /// entry, with a provider alone that one and its default model, with neither all providers, by name.
    /// </summary>
    /// <param name="provider">The configured provider's name. Default: where a request with this model would go.</param>
    /// <param name="model">The model, also as <c>provider/model</c>. Default: the provider's default model.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ProviderNotFoundException">There is no such provider; the message names those there are.</exception>
    /// <exception cref="NoWorkersException">Nobody takes the request.</exception>
    public Task<IReadOnlyList<ModelCapabilities>> CapabilitiesAsync(
        string? provider = null, string? model = null, CancellationToken cancellationToken = default) =>
        connection.AskAsync(new CapabilitiesRequested { RequestId = NewId(), Provider = provider, Model = model }, cancellationToken);
}
