using Millrace.Providers.Kinds;
using Millrace.Providers.Registry;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Documents;

/// <summary>The table of kinds in docs/providers.md is the list of kinds.</summary>
public sealed class ProviderPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(TestPaths.Repository, "docs/providers.md"));

    [Fact]
    public void The_table_has_each_kind_with_its_address_and_the_variable_of_its_key() => Assert.Equal(
        ProviderKinds.Shipped.All.Select(Row),
        Page.Split('\n').Where(IsRow).Select(FirstCells));

    [Fact]
    public void The_setting_names_each_kind()
    {
        var settings = File.ReadAllLines(Path.Combine(TestPaths.Repository, "docs/configuration.md"));
        var kind = settings.Single(line => line.StartsWith("| `Kind` |", StringComparison.Ordinal));

        Assert.All(ProviderKinds.Shipped.All, known => Assert.Contains($"`{known.Name}`", kind, StringComparison.Ordinal));
    }

    private static bool IsRow(string line) =>
        line.StartsWith("| `", StringComparison.Ordinal) && !line.StartsWith("| `Kind`", StringComparison.Ordinal);

    private static string Row(ProviderKind kind) => $"{Code(kind.Name)} {Code(Address(kind))} {Code(kind.KeyVariable)}";

    private static string? Address(ProviderKind kind) => kind.OfficialEndpoint?.AbsoluteUri.TrimEnd('/');

    /// <summary>Name, address and the key's variable; the address' own variable between them is read in a way of each kind.</summary>
    private static string FirstCells(string line)
    {
        var cells = line.Split('|', StringSplitOptions.TrimEntries);
        return $"{cells[1]} {cells[2]} {cells[4]}";
    }

    private static string Code(string? text) => text is null ? "none" : $"`{text}`";
}
