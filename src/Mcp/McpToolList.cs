using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Millrace.Mcp;

/// <summary>
/// Reads a page of <c>tools/list</c>, one tool at a time: one that cannot be read costs no other its place. What the package's own reader leaves out is read here.
/// </summary>
internal static class McpToolList
{
    private const string MustBeTask = "required";

    /// <summary>The tools of a page, and where the next page begins; null for the last one.</summary>
    public static (IReadOnlyList<ListedTool> Tools, string? Next) Read(JsonNode? page)
    {
        var listed = (page as JsonObject)?["tools"] as JsonArray ?? [];
        var next = (page as JsonObject)?["nextCursor"] is JsonValue cursor && cursor.TryGetValue<string>(out var text) ? text : null;
        return ([.. listed.OfType<JsonObject>().Where(tool => NameOf(tool) is not null).Select(Of)], next);
    }

    private static ListedTool Of(JsonObject tool)
    {
        var name = NameOf(tool)!;
        if (TaskSupport(tool) == MustBeTask) return new ListedTool(name, null, "it must be run as a task, and calls are made here without one");
        try
        {
            return new ListedTool(name, tool.Deserialize<Tool>(McpJsonUtilities.DefaultOptions)!);
        }
        catch (Exception unreadable) when (unreadable is JsonException or ArgumentException or InvalidOperationException)
        {
            return new ListedTool(name, null, "the server's description of it could not be read");
        }
    }

    private static string? NameOf(JsonObject tool) => tool["name"] is JsonValue name && name.TryGetValue<string>(out var text) ? text : null;

    private static string? TaskSupport(JsonObject tool) =>
        (tool["execution"] as JsonObject)?["taskSupport"] is JsonValue support && support.TryGetValue<string>(out var text) ? text : null;
}
