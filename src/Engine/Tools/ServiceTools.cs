using Millrace.Contracts;
using Millrace.Engine.Settings;
using Millrace.Persistence.ToolCalls;

namespace Millrace.Engine.Tools;

/// <summary>The tools that other services have offered to the fleet.</summary>
public sealed class ServiceTools(RemoteToolStore store) : IToolSource
{
    private static readonly TimeSpan UsualTimeout = TimeSpan.FromMinutes(15);

    public async ValueTask<IReadOnlyList<Tool>> ToolsAsync(CancellationToken cancellation) =>
        [.. (await store.AllAsync(cancellation)).Select(Of)];

    /// <summary>A tool as its service describes it.</summary>
    public static Tool Of(RegisterTool offered) => new(
        offered.Name, offered.Description, Tool.Schema(offered.Parameters), OptionsOf(offered), new ToolExecution.Outside());

    private static ToolOptions OptionsOf(RegisterTool offered) => new()
    {
        Timeout = offered.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : UsualTimeout,
        RequiresApproval = offered.RequiresApproval,
    };
}
