using System.Text.Json;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Telemetry;

/// <summary>The dashboard as it is delivered.</summary>
internal static class Dashboard
{
    public static JsonElement Json { get; } = JsonElement.Parse(File.ReadAllText(Path.Combine(TestPaths.Repository, "deploy/grafana/dashboards/millrace.json")));

    /// <summary>Every expression with its panel's title, as Grafana would ask it with all providers and a long time chosen.</summary>
    public static IReadOnlyList<(string Panel, string Expression)> Expressions { get; } =
    [
        .. from panel in Json.GetProperty("panels").EnumerateArray()
           where panel.TryGetProperty("targets", out _)
           from target in panel.GetProperty("targets").EnumerateArray()
           select (panel.GetProperty("title").GetString()!, target.GetProperty("expr").GetString()!
               .Replace("$__rate_interval", "1h", StringComparison.Ordinal).Replace("$provider", ".*", StringComparison.Ordinal)),
    ];
}
