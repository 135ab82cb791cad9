using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Millrace.Engine.Tools;
using Millrace.Mcp;

namespace Millrace.Tests.Tools.Contract;

/// <summary>A source of tools, and how a test puts a function into it.</summary>
internal abstract class SourceUnderTest : IAsyncDisposable
{
    /// <summary>Those of a worker, in their order, and one that is not ours. A new source gets its line here.</summary>
    private static readonly Dictionary<string, Func<SourceUnderTest>> Known = new()
    {
        [nameof(LocalTools)] = () => new LocalSourceUnderTest(),
        [nameof(McpTools)] = () => new McpSourceUnderTest(),
        [nameof(ServiceTools)] = () => new ServiceSourceUnderTest(),
        [nameof(FixedTools)] = () => new FixedSourceUnderTest(),
    };

    /// <summary>By the names of their types.</summary>
    public static IEnumerable<string> Names => Known.Keys;

    /// <summary>
    /// Whether a call hears at once that its generation has been cancelled. A service does not: its call ends by itself, and the answer changes nothing.
    /// </summary>
    public virtual bool HearsOfCancel => true;

    public static SourceUnderTest Create(string name) => Known[name]();

    /// <summary>Starts what stands behind the source, and says what the worker's settings need for it.</summary>
    public virtual Task<(string Name, string Value)[]> StartAsync(AIFunction function) => Task.FromResult<(string, string)[]>([]);

    /// <summary>Puts the function among the worker's own tools or its services, where the source looks for it.</summary>
    public abstract void Add(AIFunction function, LocalTools tools, IServiceCollection services);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
