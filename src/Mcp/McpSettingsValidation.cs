using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Millrace.Engine.Settings;
using Millrace.Engine.Tools;

namespace Millrace.Mcp;

/// <summary>The rules for <c>Millrace:McpServers</c>. Each message names the setting, its value and the rule; never an argument, a variable, a header or a key.</summary>
/// <param name="section">Where the settings come from: what stands there and nobody reads would else be a default without a word.</param>
internal sealed partial class McpSettingsValidation(IConfiguration section) : IValidateOptions<MillraceOptions>
{
    public const string Section = "Millrace:McpServers";

    private static readonly TimeSpan ShortestConnect = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestConnect = TimeSpan.FromMinutes(5);

    public ValidateOptionsResult Validate(string? name, MillraceOptions options)
    {
        var faults = McpUnreadSettings.In(section)
            .Concat(options.McpServers.SelectMany(server => Faults(server.Key, server.Value)))
            .Concat(SamePrefix(options))
            .Concat(TooPatient(options))
            .ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(string name, McpServerSetting setting)
    {
        var where = $"{Section}:{name}";
        if (!NameForm().IsMatch(name)) yield return $"{where}: the server's name must match [A-Za-z0-9_-]{{1,32}}; rename the section.";
        foreach (var fault in (setting.Command, setting.Endpoint) switch
        {
            (null or "", null or "") => [$"{where} says neither what to start nor where to connect; set its Command or its Endpoint."],
            ({ Length: > 0 }, { Length: > 0 }) => [$"{where} has a Command and an Endpoint; keep the one that is meant."],
            ({ Length: > 0 }, _) => McpTransportRules.ForProgram(where, setting),
            _ => McpTransportRules.ForAddress(where, setting),
        }) yield return fault;
        if (setting.Prefix is { } prefix && !PrefixForm().IsMatch(prefix))
            yield return $"{where}:Prefix is '{prefix}'; it must match [A-Za-z0-9_-]{{0,32}}, since it begins the names of tools.";
        foreach (var entry in setting.Tools.Where(entry => string.IsNullOrWhiteSpace(entry) || entry.IndexOf('*') is >= 0 and var star && star < entry.Length - 1))
            yield return $"{where}:Tools has the entry '{entry}'; it must be a tool's name, and a '*' may only be its last character.";
        if (setting.ConnectTimeout < ShortestConnect || setting.ConnectTimeout > LongestConnect)
            yield return $"{where}:ConnectTimeout is {setting.ConnectTimeout}; it must be between {ShortestConnect} and {LongestConnect}.";
        foreach (var problem in ToolRules.Problems(where, setting.Over(new ToolOptions()), ToolRules.LongestLocal)) yield return problem;
    }

    private static IEnumerable<string> SamePrefix(MillraceOptions options) =>
        from server in options.McpServers
        group server.Key by server.Value.PrefixFor(server.Key) into same
        where same.Count() > 1
        select $"{string.Join(" and ", same.Order(StringComparer.Ordinal).Select(name => $"{Section}:{name}"))} have the same Prefix '{same.Key}'; give each its own, or their tools could have the same names.";

    /// <summary>The tools are not known yet, but their prefix is, and that this worker makes their calls.</summary>
    private static IEnumerable<string> TooPatient(MillraceOptions options) =>
        from tool in options.Tools
        where tool.Value.Timeout > ToolRules.LongestLocal
        let server = options.McpServers.FirstOrDefault(server => tool.Key.StartsWith(server.Value.PrefixFor(server.Key), StringComparison.Ordinal))
        where server.Key is not null
        select $"Millrace:Tools:{tool.Key}: Timeout is {tool.Value.Timeout}; it must be at most {ToolRules.LongestLocal}, since it is a tool of the MCP server '{server.Key}'.";

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,32}\z", RegexOptions.None, 1000)]
    private static partial Regex NameForm();

    [GeneratedRegex(@"^[A-Za-z0-9_-]{0,32}\z", RegexOptions.None, 1000)]
    private static partial Regex PrefixForm();
}
