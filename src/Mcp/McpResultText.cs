using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Millrace.Mcp;

/// <summary>
/// What a tool of a server returned, as the text that the model gets: its texts, one below the other; where there is none, its structured content as JSON, which
/// the protocol wants to be the same said again. What is no text is named in brackets and not passed on. It is read as it came: what is unknown in it,
/// annotations for example, is passed over.
/// </summary>
internal static class McpResultText
{
    private const string Nothing = "(no content)";

    public static string Of(CallToolResult result) => Of(JsonSerializer.SerializeToNode(result, McpJsonUtilities.DefaultOptions)!.AsObject());

    [OverloadResolutionPriority(-1)] // 'new()' means the package's type
    public static string Of(JsonObject result)
    {
        var blocks = (result["content"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var parts = blocks.Select(McpBlock.Of).ToList();
        if (result["structuredContent"] is { } structured && !blocks.Exists(HasText) && !SaysTheSame(structured, result["content"]))
            parts.Add(McpBlock.WithoutBytes(structured).ToJsonString(McpBlock.Readable));
        return parts.Count == 0 ? Nothing : string.Join('\n', parts);
    }

    /// <summary>Whether the server says that the call has failed.</summary>
    public static bool IsError(JsonObject result) => result["isError"] is JsonValue said && said.TryGetValue<bool>(out var failed) && failed;

    private static bool HasText(JsonObject block) => !string.IsNullOrWhiteSpace(McpBlock.TextIn(block));

    /// <summary>Servers repeat their blocks as the only member of the structure.</summary>
    private static bool SaysTheSame(JsonNode structured, JsonNode? content) =>
        content is not null && structured is JsonObject { Count: 1 } only && JsonNode.DeepEquals(only.First().Value, content);
}
