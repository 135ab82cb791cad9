using Millrace.Engine.Settings;
using Millrace.Engine.Tools;

namespace Millrace.Mcp;

/// <summary>What one server offers, kept among the tools of all servers. Used by one caller at a time.</summary>
internal sealed class McpToolSet(string name, McpServerSetting setting, McpTools tools, ToolCatalog catalog)
{
    private readonly Dictionary<string, McpFunction> offered = new(StringComparer.Ordinal);

    public int Count => offered.Count;

    /// <summary>Brings the offer up to what the server lists now.</summary>
    /// <returns>What is not offered although it was asked for: the server's name of the tool, and why.</returns>
    public async Task<IReadOnlyList<(string Tool, string Why)>> OfferAsync(
        McpServer server, IReadOnlyList<ListedTool> listed, CancellationToken cancellation)
    {
        var leftOut = new List<(string, string)>();
        var wanted = listed.DistinctBy(tool => tool.Name, StringComparer.Ordinal).Where(tool => IsWanted(tool.Name)).ToList();
        var names = McpNames.For(setting.PrefixFor(name), wanted.Select(tool => tool.Name));
        foreach (var gone in offered.Keys.Except(names.Values).ToList()) Withdraw(gone);
        foreach (var tool in wanted)
        {
            if (await ProblemAsync(server, tool, names[tool.Name], cancellation) is { } problem) leftOut.Add((tool.Name, problem));
        }
        foreach (var missing in setting.Tools.Where(entry => !listed.Any(tool => Matches(tool.Name, entry))))
            leftOut.Add((missing, $"the server does not have it; it has: {string.Join(", ", listed.Select(tool => tool.Name))}"));
        return leftOut;
    }

    /// <summary>Offers a tool, and says why not if that is so.</summary>
    private async Task<string?> ProblemAsync(McpServer server, ListedTool tool, string name, CancellationToken cancellation)
    {
        if (tool.Problem is null) return await ProblemAsync(new McpFunction(server, tool.Definition!, name), cancellation);
        Withdraw(name);
        return tool.Problem;
    }

    private async Task<string?> ProblemAsync(McpFunction function, CancellationToken cancellation)
    {
        offered.TryGetValue(function.Name, out var before);
        if (before?.IsSameAs(function) == true) return null;
        if (ToolRules.Problems(function.Name, function.JsonSchema).FirstOrDefault() is { } problem)
        {
            Withdraw(function.Name);
            return problem;
        }
        if (before is not null) tools.Replace(function, OptionsOf(function));
        else if (!await TryAddAsync(function, cancellation)) return $"There is a tool '{function.Name}' already; give this one another name.";
        offered[function.Name] = function;
        return null;
    }

    private async Task<bool> TryAddAsync(McpFunction function, CancellationToken cancellation) =>
        !await catalog.IsTakenAsync(function.Name, tools, cancellation) && tools.TryAdd(function, OptionsOf(function));

    private ToolOptions OptionsOf(McpFunction function) => setting.Over(new ToolOptions { Idempotent = setting.TrustHints && function.IsSaidToBeIdempotent });

    private void Withdraw(string tool)
    {
        if (offered.Remove(tool)) tools.Remove(tool);
    }

    private bool IsWanted(string tool) => setting.Tools.Count == 0 || setting.Tools.Any(entry => Matches(tool, entry));

    private static bool Matches(string tool, string entry) =>
        entry.EndsWith('*') ? tool.StartsWith(entry[..^1], StringComparison.Ordinal) : tool == entry;
}
