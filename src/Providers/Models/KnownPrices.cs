using System.Collections.Frozen;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Millrace.Providers.Models;

/// <summary>The prices that ship, <c>known-prices.json</c>: data with its date and its source. They hold at the makers' own endpoints and nowhere else.</summary>
internal static partial class KnownPrices
{
    /// <summary>The groups as they stand in the file.</summary>
    public static IReadOnlyList<KnownPriceGroup> Groups { get; } = Read();

    private static readonly FrozenDictionary<(string Kind, string Model), Price?> All = Groups
        .SelectMany(group => group.Models.Select(model => KeyValuePair.Create((group.Kind, model.Name), model.Price)))
        .ToFrozenDictionary();

    /// <summary>By its name, else by that of which it is a dated snapshot. Null if none is known.</summary>
    /// <param name="kind">The kind of the provider, in lower case.</param>
    /// <param name="model">The model's name there.</param>
    public static Price? Find(string kind, string model)
    {
        var name = model.ToLowerInvariant();
        return All.TryGetValue((kind, name), out var exact) ? exact : All.GetValueOrDefault((kind, Date().Replace(name, "")));
    }

    private static IReadOnlyList<KnownPriceGroup> Read()
    {
        using var resource = typeof(KnownPrices).Assembly.GetManifestResourceStream("known-prices.json")!;
        var table = JsonSerializer.Deserialize<Table>(resource, JsonSerializerOptions.Web)!;
        return [.. table.Groups.Select(GroupOf)];
    }

    private static KnownPriceGroup GroupOf(Group group) =>
        new(group.Kind, group.Source, group.Checked, [.. group.Models.Select(model => (model.Name, PriceOf(model)))]);

    private static Price? PriceOf(Model model)
    {
        if (model is not { Input: { } input, Output: { } output }) return null;
        var price = new Price(input, model.Cached ?? input, output);
        return model.Long is { } more
            ? price with { Long = (more.Above, new(more.Input, more.Cached ?? more.Input, more.Output)) }
            : price;
    }

    [GeneratedRegex(@"-(20\d{2}-\d{2}-\d{2}|20\d{6}|latest)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Date();

    private sealed record Table(IReadOnlyList<Group> Groups);

    private sealed record Group(string Kind, Uri Source, DateOnly Checked, IReadOnlyList<Model> Models);

    private sealed record Model(string Name, decimal? Input, decimal? Cached, decimal? Output, LongPrice? Long);

    private sealed record LongPrice(long Above, decimal Input, decimal? Cached, decimal Output);
}
