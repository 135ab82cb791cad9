using Millrace.Engine.Settings;
using Millrace.Engine.Tools;
using Protocol = ModelContextProtocol.Protocol;

namespace Millrace.Mcp;

/// <summary>What a server offers, kept among this worker's own tools. Used by one caller at a time.</summary>
internal sealed class McpToolSet(string name, McpServerSetting setting, LocalTools local)
{
    private readonly Dictionary<string, McpFunction> offered = new(StringComparer.Ordinal);

    public int Count => offered.Count;

    /// <summary>The same for tools that are known to be readable.</summary>
    public IReadOnlyList<(string Tool, string Why)> Update(McpServer server, IReadOnlyList<Protocol.Tool> listed) =>
        Offer(server, [.. listed.Select(tool => new ListedTool(tool.Name, tool))]);

    /// <summary>Brings the offer up to what the server lists now.</summary>
    /// <returns>What is not offered although it was asked for: the server's name of the tool, and why.</returns>
    public IReadOnlyList<(string Tool, string Why)> Offer(McpServer server, IReadOnlyList<ListedTool> listed)
    {
        var leftOut = new List<(string, string)>();
        var wanted = listed.DistinctBy(tool => tool.Name, StringComparer.Ordinal).Where(tool => IsWanted(tool.Name)).ToList();
        var names = McpNames.For(setting.PrefixFor(name), wanted.Select(tool => tool.Name));
        foreach (var gone in offered.Keys.Except(names.Values).ToList()) Withdraw(gone);
        foreach (var tool in wanted)
        {
            if (Problem(server, tool, names[tool.Name]) is { } problem) leftOut.Add((tool.Name, problem));
        }
        foreach (var missing in setting.Tools.Where(entry => !listed.Any(tool => Matches(tool.Name, entry))))
            leftOut.Add((missing, $"the server does not have it; it has: {string.Join(", ", listed.Select(tool => tool.Name))}"));
        return leftOut;
    }

    /// <summary>Offers a tool, and says why not if that is so.</summary>
    private string? Problem(McpServer server, ListedTool tool, string name)
    {
        if (tool.Problem is null) return Problem(new McpFunction(server, tool.Definition!, name));
        Withdraw(name);
        return tool.Problem;
    }

    private string? Problem(McpFunction function)
    {
        offered.TryGetValue(function.Name, out var before);
        if (before?.IsSameAs(function) == true) return null;
        if (ToolRules.Problems(function.Name, function.JsonSchema).FirstOrDefault() is { } problem)
        {
            Withdraw(function.Name);
            return problem;
        }
        try
        {
            if (before is null) local.Add(function, OptionsOf(function));
            else local.Replace(function, OptionsOf(function));
            offered[function.Name] = function;
            return null;
        }
        catch (ArgumentException taken)
        {
            return taken.Message;
        }
    }

    private ToolOptions OptionsOf(McpFunction function) => setting.Over(new ToolOptions { Idempotent = setting.TrustHints && function.IsSaidToBeIdempotent });

    private void Withdraw(string tool)
    {
        if (offered.Remove(tool)) local.Remove(tool);
    }

    private bool IsWanted(string tool) => setting.Tools.Count == 0 || setting.Tools.Any(entry => Matches(tool, entry));

    private static bool Matches(string tool, string entry) =>
        entry.EndsWith('*') ? tool.StartsWith(entry[..^1], StringComparison.Ordinal) : tool == entry;
}
