using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Engine.Settings;
using Millrace.Providers.Failures;

namespace Millrace.Engine.Tools;

/// <summary>
/// The tools of all sources, in the order of these. A request names which of them its model may call; one that its tenant may not have is not there for it.
/// </summary>
public sealed class ToolCatalog(IEnumerable<IToolSource> registered, IOptions<MillraceOptions> options)
{
    private readonly IToolSource[] sources = [.. registered];

    /// <summary>The tools that a request names; none for one that names none.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="mustExist">
    /// False for a generation that is under way: a tool that has been taken back since, or from its tenant, is left out.
    /// </param>
    /// <param name="cancellation">Ends the question to the sources.</param>
    public async Task<ToolSelection> SelectAsync(GenerateRequested request, bool mustExist, CancellationToken cancellation)
    {
        if (request.Tools is not { Count: > 0 } wanted) return ToolSelection.None;

        var available = await AllForAsync(Tenants.Of(request), cancellation);
        var selected = new List<Tool>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in wanted)
        {
            var matching = available.Where(tool => Matches(tool.Name, name)).ToList();
            if (matching.Count == 0 && mustExist) return new([], Unknown(name, available));
            selected.AddRange(matching.Where(tool => names.Add(tool.Name)));
        }
        return new(selected);
    }

    /// <summary>A tool by its name, or null.</summary>
    public async Task<Tool?> FindAsync(string name, CancellationToken cancellation) =>
        (await AllAsync(cancellation)).FirstOrDefault(tool => tool.Name == name);

    /// <summary>Whether a source that stands before this one gives the name, so that a tool of this source would never be called by it.</summary>
    public async Task<bool> IsTakenAsync(string name, IToolSource source, CancellationToken cancellation)
    {
        foreach (var before in sources.TakeWhile(other => other != source))
        {
            var tools = await before.ToolsAsync(cancellation);
            if (tools.Any(tool => tool.Name == name)) return true;
        }
        return false;
    }

    private async Task<List<Tool>> AllForAsync(string tenant, CancellationToken cancellation) =>
        [.. (await AllAsync(cancellation)).Where(tool => tool.IsFor(tenant))];

    /// <summary>All of them, with what the configuration says of them. Where a name is given twice, the first source's tool holds.</summary>
    private async Task<IEnumerable<Tool>> AllAsync(CancellationToken cancellation)
    {
        var all = new List<Tool>();
        foreach (var source in sources) all.AddRange(await source.ToolsAsync(cancellation));
        return all.DistinctBy(tool => tool.Name).Select(Configured);
    }

    private Tool Configured(Tool tool) =>
        options.Value.Tools.TryGetValue(tool.Name, out var setting) ? tool with { Options = setting.Over(tool.Options) } : tool;

    private static bool Matches(string name, string wanted) =>
        wanted.EndsWith('*') ? name.StartsWith(wanted[..^1], StringComparison.Ordinal) : name == wanted;

    private static Failure Unknown(string name, List<Tool> available)
    {
        var choices = available.Count == 0
            ? "It has none."
            : $"It has: {string.Join(", ", available.Select(tool => tool.Name).Order(StringComparer.Ordinal))}.";
        return new(FailureReason.InvalidRequest, $"Tools names '{name}', which the fleet does not have. {choices}");
    }
}
