using System.Text.Json;
using Microsoft.Extensions.AI;
using Protocol = ModelContextProtocol.Protocol;

namespace Millrace.Mcp;

/// <summary>A tool of a server, as one of this worker's own. It outlives the connection: called while there is none, it says so.</summary>
internal sealed class McpFunction(McpServer server, Protocol.Tool tool, string name) : AIFunction
{
    public override string Name => name;

    public override string Description => tool.Description ?? tool.Title ?? "";

    public override JsonElement JsonSchema => tool.InputSchema;

    /// <summary>The server says that a call may be repeated.</summary>
    public bool IsSaidToBeIdempotent => tool.Annotations is { IdempotentHint: true } or { ReadOnlyHint: true };

    /// <summary>Whether a model would see no difference, nor a call be made differently.</summary>
    public bool IsSameAs(McpFunction other) => Name == other.Name && Description == other.Description
        && IsSaidToBeIdempotent == other.IsSaidToBeIdempotent && JsonElement.DeepEquals(JsonSchema, other.JsonSchema);

    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        var result = await server.CallAsync(tool.Name, arguments, cancellationToken);
        var text = McpResultText.Of(result);
        return McpResultText.IsError(result) ? throw new McpCallException(text) : text;
    }
}
