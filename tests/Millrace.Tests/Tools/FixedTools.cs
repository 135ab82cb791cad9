using Millrace.Engine.Tools;

namespace Millrace.Tests.Tools;

/// <summary>A source of a test's own: always the same tools.</summary>
internal sealed class FixedTools(params Tool[] tools) : IToolSource
{
    public ValueTask<IReadOnlyList<Tool>> ToolsAsync(CancellationToken cancellation) => new(tools);
}
