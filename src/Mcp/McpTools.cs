using System.Collections.Concurrent;
using Millrace.Engine.Settings;
using Millrace.Engine.Tools;

namespace Millrace.Mcp;

/// <summary>The tools of all configured MCP servers, as these have listed them. Safe for concurrent use.</summary>
internal sealed class McpTools : IToolSource
{
    private readonly ConcurrentDictionary<string, Tool> tools = new(StringComparer.Ordinal);

    public IEnumerable<Tool> All => tools.Values;

    public ValueTask<IReadOnlyList<Tool>> ToolsAsync(CancellationToken cancellation) => new([.. All]);

    /// <summary>False when another server has a tool of that name.</summary>
    public bool TryAdd(McpFunction function, ToolOptions options) => tools.TryAdd(function.Name, Tool.Of(function, options));

    /// <summary>Puts another function in a tool's place, without a moment in which there is none.</summary>
    public void Replace(McpFunction function, ToolOptions options) => tools[function.Name] = Tool.Of(function, options);

    public void Remove(string name) => tools.TryRemove(name, out _);
}
