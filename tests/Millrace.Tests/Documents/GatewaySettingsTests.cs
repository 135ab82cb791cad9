using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Millrace.Gateway.Access;
using Millrace.Gateway.Settings;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Documents;

/// <summary>What the documents say of the gateway is what it has.</summary>
public sealed partial class GatewaySettingsTests
{
    [Fact]
    public void The_table_has_every_setting_of_the_gateway_and_no_other()
    {
        var section = Section().Match(Read("docs/configuration.md")).Groups["text"].Value;
        var documented = Row().Matches(section).SelectMany(row => Name().Matches(row.Groups["names"].Value)).Select(name => name.Groups["name"].Value).Order();

        var settings = typeof(GatewayOptions).GetProperties().Where(property => property.PropertyType != typeof(WebhookOptions)).Select(property => property.Name)
            .Concat(typeof(WebhookOptions).GetProperties().Select(property => $"Webhooks:{property.Name}"));

        Assert.Equal(settings.Order(), documented);
    }

    [Fact]
    public void The_page_about_access_names_every_scope_and_the_limits_that_the_server_has_by_itself()
    {
        var page = Read("docs/access.md");

        Assert.All(Scopes.Names, scope => Assert.Contains($"| `{scope}` |", page, StringComparison.Ordinal));
        Assert.Contains($"after {KeyRing.Remembered.TotalSeconds} s at the latest", page, StringComparison.Ordinal);
        var limits = new KestrelServerLimits();
        Assert.Contains($"headers within {limits.RequestHeadersTimeout.TotalSeconds} s", page, StringComparison.Ordinal);
        Assert.Contains($"{limits.MinRequestBodyDataRate!.BytesPerSecond} bytes a second after {limits.MinRequestBodyDataRate.GracePeriod.TotalSeconds} s", page, StringComparison.Ordinal);
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(TestPaths.Repository, path));

    [GeneratedRegex(@"^## Millrace:Gateway\n(?<text>.*?)(?=^## |\z)", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Section();

    [GeneratedRegex(@"^\| (?<names>`[^|]*) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<name>[A-Za-z]+(:[A-Za-z]+)?)[^`]*`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
