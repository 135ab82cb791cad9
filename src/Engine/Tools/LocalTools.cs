using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using Millrace.Engine.Settings;

namespace Millrace.Engine.Tools;

/// <summary>The tools of a worker's own program. All workers of a fleet have to have the same. Safe for concurrent use.</summary>
public sealed class LocalTools : IToolSource
{
    private readonly ConcurrentDictionary<string, Tool> tools = new(StringComparer.Ordinal);

    internal IEnumerable<Tool> All => tools.Values;

    /// <summary>Adds a tool.</summary>
    /// <param name="function">What the model sees of it, and what is called. Made by <see cref="AIFunctionFactory"/> from a method.</param>
    /// <param name="options">How calls of it are made. Default: see <see cref="ToolOptions"/>.</param>
    /// <exception cref="ArgumentException">Its name or its schema is no good, or there is one of that name.</exception>
    public LocalTools Add(AIFunction function, ToolOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        options ??= new ToolOptions();
        var problem = ToolRules.Problems(function.Name, function.JsonSchema)
            .Concat(ToolRules.Problems($"Tool '{function.Name}'", options, ToolRules.LongestLocal))
            .FirstOrDefault();
        if (problem is not null) throw new ArgumentException(problem, nameof(function));
        if (!tools.TryAdd(function.Name, Tool.Of(function, options)))
            throw new ArgumentException($"There is a tool '{function.Name}' already; give this one another name.", nameof(function));
        return this;
    }

    /// <summary>Adds a method as a tool: its name, description and parameters come from the method and its attributes.</summary>
    /// <param name="method">What is called. It may be asynchronous and may take a <see cref="CancellationToken"/>.</param>
    /// <param name="name">The tool's name. Default: the method's.</param>
    /// <param name="description">What it does, for the model. Default: the method's <c>Description</c> attribute.</param>
    /// <param name="options">How calls of it are made. Default: see <see cref="ToolOptions"/>.</param>
    /// <exception cref="ArgumentException">Its name or its schema is no good, or there is one of that name.</exception>
    public LocalTools Add(Delegate method, string? name = null, string? description = null, ToolOptions? options = null) =>
        Add(AIFunctionFactory.Create(method, name, description), options);

    public ValueTask<IReadOnlyList<Tool>> ToolsAsync(CancellationToken cancellation) => new([.. All]);
}
