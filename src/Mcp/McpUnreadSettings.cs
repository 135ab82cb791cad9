using Millrace.Engine.Settings;

namespace Millrace.Mcp;

/// <summary>One message for each setting of a server that nobody reads: a typing error there would otherwise be a default.</summary>
internal static class McpUnreadSettings
{
    private static readonly string[] Settings = [.. typeof(McpServerSetting).GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal)];

    private static readonly string[] Lists =
        [nameof(McpServerSetting.Arguments), nameof(McpServerSetting.Environment), nameof(McpServerSetting.Headers), nameof(McpServerSetting.Tools), nameof(McpServerSetting.Tenants)];

    public static IEnumerable<string> In(IConfiguration servers) =>
        from server in servers.GetChildren()
        from setting in server.GetChildren()
        let problem = Problem(setting)
        where problem is not null
        select $"{setting.Path} {problem}";

    /// <summary>The value itself is not repeated: it may be an argument or a key.</summary>
    private static string? Problem(IConfigurationSection setting)
    {
        if (!Settings.Contains(setting.Key, StringComparer.OrdinalIgnoreCase)) return $"is not a setting. Settings: {string.Join(", ", Settings)}.";
        if (!Lists.Contains(setting.Key, StringComparer.OrdinalIgnoreCase) || string.IsNullOrEmpty(setting.Value)) return null;
        return "is a single value, and must have entries: "
            + (setting.Key.Equals("Environment", StringComparison.OrdinalIgnoreCase) || setting.Key.Equals("Headers", StringComparison.OrdinalIgnoreCase)
                ? $"{setting.Key}:NAME." : $"{setting.Key}:0, {setting.Key}:1.");
    }
}
