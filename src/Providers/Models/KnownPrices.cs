using System.Collections.Frozen;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Millrace.Providers.Models;

/// <summary>The prices that ship, <c>known-prices.json</c>: data with its date and its source. They hold at the makers' own endpoints and nowhere else.</summary>
internal static partial class KnownPrices
{
    /// <summary>The groups as they stand in the file.</summary>
    public static IReadOnlyList<KnownPriceGroup> Groups { get; } = Read();

    private static readonly FrozenDictionary<(ProviderKind, string), Price?> All = Groups
        .SelectMany(group => group.Models.Select(model => KeyValuePair.Create((group.Kind, model.Name), model.Price)))
        .ToFrozenDictionary();

    /// <summary>By its name, else by that of which it is a dated snapshot. Null if none is known.</summary>
    public static Price? Find(ProviderKind kind, string model)
    {
        var name = model.ToLowerInvariant();
        return All.TryGetValue((kind, name), out var exact) ? exact : All.GetValueOrDefault((kind, Date().Replace(name, "")));
    }

    private static IReadOnlyList<KnownPriceGroup> Read()
    {
        using var resource = typeof(KnownPrices).Assembly.GetManifestResourceStream("known-prices.json")!;
        return [.. JsonSerializer.Deserialize<Table>(resource, JsonSerializerOptions.Web)!.Groups.Select(group => new KnownPriceGroup(
            Enum.Parse<ProviderKind>(group.Kind, ignoreCase: true), group.Source, group.Checked, [.. group.Models.Select(model => (model.Name, PriceOf(model)))]))];
    }

    private static Price? PriceOf(Model model) => model is not { Input: { } input, Output: { } output } ? null : new(input, model.Cached ?? input, output)
    {
        Long = model.Long is { } more ? (more.Above, new(more.Input, more.Cached ?? more.Input, more.Output)) : null,
    };

    [GeneratedRegex(@"-(20\d{2}-\d{2}-\d{2}|20\d{6}|latest)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Date();

    private sealed record Table(IReadOnlyList<Group> Groups);

    private sealed record Group(string Kind, Uri Source, DateOnly Checked, IReadOnlyList<Model> Models);

    private sealed record Model(string Name, decimal? Input, decimal? Cached, decimal? Output, LongPrice? Long);

    private sealed record LongPrice(long Above, decimal Input, decimal? Cached, decimal Output);
}
