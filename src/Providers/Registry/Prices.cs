using Microsoft.Extensions.Options;
using Millrace.Providers.Models;

namespace Millrace.Providers.Registry;

/// <summary>
/// What calls cost: by the settings, else by the table that ships, where the provider is the maker's own endpoint. A server that merely
/// speaks a maker's wire may call its model as the maker does, and costs what its owner says. Any thread.
/// </summary>
public sealed class Prices(IOptions<ModelOptions> options)
{
    private readonly IReadOnlyList<(ModelName Name, Price Price)> configured = ModelName.Sort(
        options.Value.Models
            .Where(setting => setting is { InputPrice: not null, OutputPrice: not null })
            .Select(setting => (Name: ModelName.Parse(setting.Name!), Price: PriceOf(setting))),
        entry => entry.Name);

    /// <summary>The price of a model at a provider, or null if none is known.</summary>
    public Price? Find(Provider provider, string model)
    {
        var qualified = $"{provider.Name}/{model}";
        foreach (var (name, price) in configured)
        {
            if (name.Matches(model) || name.Matches(qualified)) return price;
        }
        if (provider.Kind.UsualPrice is { } usual) return usual;
        return IsMakers(provider) ? KnownPrices.Find(provider.Kind.Id, model) : null;
    }

    private static Price PriceOf(ModelSetting setting) =>
        new(setting.InputPrice!.Value, setting.CachedPrice ?? setting.InputPrice.Value, setting.OutputPrice!.Value);

    private static bool IsMakers(Provider provider) =>
        provider.Kind.OfficialEndpoint is { } official && provider.Options.Endpoint?.Host == official.Host;
}
