namespace Millrace.Providers.Models;

/// <summary>Prices that were read from one page on one day.</summary>
internal sealed record KnownPriceGroup(ProviderKind Kind, Uri Source, DateOnly Checked, IReadOnlyList<(string Name, Price? Price)> Models);
