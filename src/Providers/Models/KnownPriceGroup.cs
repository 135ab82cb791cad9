namespace Millrace.Providers.Models;

/// <summary>Prices that were read from one page on one day.</summary>
/// <param name="Kind">The kind of provider whose own service asks them, in lower case.</param>
/// <param name="Source">The page.</param>
/// <param name="Checked">The day.</param>
/// <param name="Models">The models by name in lower case; without a price where the page has none.</param>
internal sealed record KnownPriceGroup(
    string Kind, Uri Source, DateOnly Checked, IReadOnlyList<(string Name, Price? Price)> Models);
