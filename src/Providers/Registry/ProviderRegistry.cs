using System.Collections.Frozen;
using Millrace.Contracts;
using Millrace.Providers.Options;

namespace Millrace.Providers.Registry;

/// <summary>All providers of this worker, and which one a request means.</summary>
public sealed class ProviderRegistry : IDisposable
{
    private readonly FrozenDictionary<string, Provider> providers;

    public ProviderRegistry(IReadOnlyDictionary<string, ConfiguredProvider> configured, TimeProvider time)
    {
        providers = configured
            .Select(entry => new Provider(entry.Key, entry.Value.Kind, entry.Value.Options, time))
            .ToFrozenDictionary(provider => provider.Name, StringComparer.OrdinalIgnoreCase);
        All = [.. providers.Values.OrderBy(provider => provider.Name, StringComparer.Ordinal)];
    }

    /// <summary>By name.</summary>
    public IReadOnlyCollection<Provider> All { get; }

    public Provider? Find(string name) => providers.GetValueOrDefault(name);

    /// <summary>The provider that a model's name brings with it: <c>provider/model</c>.</summary>
    public Provider? FindPrefix(string model) => model.IndexOf('/') is > 0 and var slash ? Find(model[..slash]) : null;

    /// <summary>
    /// The provider and model that a request means. A model <c>provider/model</c> is split only when no provider is named and the
    /// part before the first slash is one, since models have slashes too.
    /// </summary>
    public ProviderChoice Resolve(string? provider, string? model, string? defaultProvider)
    {
        if (provider is null && model is not null && FindPrefix(model) is { } prefixed)
        {
            var rest = model[(model.IndexOf('/') + 1)..];
            return Choose(prefixed, rest.Length > 0 ? rest : null);
        }
        if ((provider ?? defaultProvider) is not { } name) return Nobody();
        if (Find(name) is not { } found) return Unknown(name);
        // A stand-in takes any model name, and would answer in place of the provider that was meant.
        var isMeant = provider is not null || !found.Kind.IsStandIn;
        if (!isMeant && model?.IndexOf('/') is > 0 and var prefix) return Unknown(model[..prefix]);
        return Choose(found, model);
    }

    public void Dispose()
    {
        foreach (var provider in All) provider.Dispose();
    }

    private static ProviderChoice Choose(Provider provider, string? model)
    {
        if ((model ?? provider.DefaultModel) is { Length: > 0 } chosen) return new(provider, chosen, null, null);
        return new(null, null, FailureReason.InvalidRequest,
            $"Provider '{provider.Name}' has no DefaultModel and the request names no model: "
            + $"set model, or {ProviderOptions.Section}:{provider.Name}:DefaultModel.");
    }

    private ProviderChoice Nobody() => new(null, null, FailureReason.UnknownProvider,
        $"The request names no provider, and of several none is Millrace:DefaultProvider. Configured: {Names()}.");

    private ProviderChoice Unknown(string name) => new(null, null, FailureReason.UnknownProvider,
        $"Provider '{name}' is not configured. Configured: {Names()}.");

    private string Names() => string.Join(", ", All.Select(provider => provider.Name));
}
