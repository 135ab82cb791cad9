namespace Millrace.Engine.Tools;

/// <summary>
/// Where tools come from: this program, MCP servers, other services. The sources of a worker are registered in an order; where two give the same name, the
/// first one's tool is called. One instance serves all generations of a worker at the same time.
/// </summary>
public interface IToolSource
{
    /// <summary>
    /// The tools that it has now. This is asked for each request that names tools and when its generation is claimed, so a source whose list takes time
    /// to fetch keeps a copy. An exception fails those requests: what is missing only for a while is left out of the list.
    /// </summary>
    /// <param name="cancellation">Ends the question.</param>
    /// <returns>
    /// Each tool once, for all tenants: <see cref="Settings.ToolOptions.Tenants"/> says for whom it is, and the configuration may say otherwise.
    /// </returns>
    ValueTask<IReadOnlyList<Tool>> ToolsAsync(CancellationToken cancellation);
}
