using System.Text.Json.Nodes;
using Millrace.Contracts;

namespace Millrace.Dialects.OpenAI;

/// <summary>The tools of a request as its response shows them.</summary>
internal static class ShownTools
{
    public static JsonArray Of(IReadOnlyList<CallerTool>? tools, ToolNames names)
    {
        var (shown, groups) = (new JsonArray(), new Dictionary<string, JsonArray>(StringComparer.Ordinal));
        foreach (var tool in tools ?? [])
        {
            var named = names.Of(tool.Name);
            if (named.Namespace is not { } group)
            {
                shown.Add(Tool(tool, named));
                continue;
            }
            if (!groups.TryGetValue(group, out var members))
            {
                groups[group] = members = [];
                shown.Add(new JsonObject { ["type"] = "namespace", ["name"] = group, ["tools"] = members });
            }
            members.Add(Tool(tool, named));
        }
        return shown;
    }

    private static JsonObject Tool(CallerTool tool, ShownTool named) => named.IsCustom
        ? new() { ["type"] = "custom", ["name"] = named.Name, ["description"] = tool.Description }
        : new()
        {
            ["type"] = "function",
            ["name"] = named.Name,
            ["description"] = tool.Description,
            ["parameters"] = tool.Parameters is { } schema ? JsonNode.Parse(schema.GetRawText()) : null,
            ["strict"] = tool.Strict,
        };
}
