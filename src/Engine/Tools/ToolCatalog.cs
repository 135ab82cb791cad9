using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Engine.Settings;
using Millrace.Persistence.ToolCalls;
using Millrace.Providers.Failures;

namespace Millrace.Engine.Tools;

/// <summary>
/// All tools of the fleet: this worker's own, and those that other services have offered. A request names which of them its model may call; one that its tenant
/// may not have is not there for it.
/// </summary>
public sealed class ToolCatalog(LocalTools local, RemoteToolStore remote, IOptions<MillraceOptions> options)
{
    /// <summary>Whether this worker runs a tool of that name itself.</summary>
    public bool IsLocal(string name) => local.All.Any(tool => tool.Name == name);

    /// <summary>The tools that a request names; none for one that names none.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="mustExist">False for a generation that is under way: a tool that has been taken back since, or from its tenant, is left out.</param>
    /// <param name="cancellation">Ends the look at the table.</param>
    public async Task<ToolSelection> SelectAsync(GenerateRequested request, bool mustExist, CancellationToken cancellation)
    {
        if (request.Tools is not { Count: > 0 } wanted) return ToolSelection.None;
        var tenant = Tenants.Of(request);
        var all = (await AllAsync(cancellation)).Where(tool => tool.IsFor(tenant)).ToList();
        var (selected, names) = (new List<Tool>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var name in wanted)
        {
            var matching = all.Where(tool => Matches(tool.Name, name)).ToList();
            if (matching.Count == 0 && mustExist) return new([], Unknown(name, all));
            selected.AddRange(matching.Where(tool => names.Add(tool.Name)));
        }
        return new(selected);
    }

    /// <summary>A tool by its name, or null.</summary>
    public async Task<Tool?> FindAsync(string name, CancellationToken cancellation) =>
        (await AllAsync(cancellation)).FirstOrDefault(tool => tool.Name == name);

    /// <summary>All of them. Where a name is given twice, this worker's own tool holds.</summary>
    public async Task<IReadOnlyList<Tool>> AllAsync(CancellationToken cancellation) =>
    [
        .. local.All.Concat((await remote.AllAsync(cancellation)).Select(Tool.Of)).DistinctBy(tool => tool.Name)
            .Select(tool => options.Value.Tools.TryGetValue(tool.Name, out var setting) ? tool with { Options = setting.Over(tool.Options) } : tool),
    ];

    private static bool Matches(string name, string wanted) =>
        wanted.EndsWith('*') ? name.StartsWith(wanted[..^1], StringComparison.Ordinal) : name == wanted;

    private static Failure Unknown(string name, List<Tool> all) => new(FailureReason.InvalidRequest,
        $"Tools names '{name}', which the fleet does not have. {(all.Count == 0 ? "It has none." : $"It has: {string.Join(", ", all.Select(tool => tool.Name).Order(StringComparer.Ordinal))}.")}");
}
