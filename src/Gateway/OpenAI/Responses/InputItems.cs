using System.Globalization;
using System.Text.Json.Nodes;
using Millrace.Contracts;
using Millrace.Dialects.Errors;
using Millrace.Dialects.OpenAI;

namespace Millrace.Gateway.OpenAI.Responses;

/// <summary>What a response was asked, as a list of items.</summary>
internal static class InputItems
{
    private const int DefaultLimit = 20;
    private const int LargestLimit = 100;

    public static JsonObject List(StoredResponse response, int? limit, string? order, string? after)
    {
        if (limit is < 1 or > LargestLimit) throw OpenAIFaults.Invalid("limit", $"'limit' is {limit}; it must be 1 to {LargestLimit}.");
        if (order is not (null or "asc" or "desc")) throw OpenAIFaults.Invalid("order", $"'order' is '{order}'; it must be asc or desc.");
        var items = All(response).ToList();
        if (order != "asc") items.Reverse();
        if (after is not null)
        {
            var at = items.FindIndex(item => (string?)item["id"] == after);
            if (at < 0) throw FaultException.NotFound($"There is no item '{after}' in this response's input.");
            items = items[(at + 1)..];
        }
        var page = items.Take(limit ?? DefaultLimit).ToList();
        return new()
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. page]),
            ["first_id"] = page.Count > 0 ? (string?)page[0]["id"] : null,
            ["last_id"] = page.Count > 0 ? (string?)page[^1]["id"] : null,
            ["has_more"] = items.Count > page.Count,
        };
    }

    /// <summary>All of them, oldest first.</summary>
    public static IEnumerable<JsonObject> All(StoredResponse response)
    {
        var (index, generation, tools) = (0, response.Run.Id, response.Origin.ToolNames());
        foreach (var message in (response.Request.Messages ?? []).Skip(response.Origin.Earlier))
        {
            if (message.Reasoning is { } thoughts) yield return ReasoningItem.Write(Id(), "completed", thoughts, response.Origin);
            if (message is { Text.Length: > 0 } or { Attachments.Count: > 0 } or { Role: MessageRole.User }) yield return Message(message, Id());
            foreach (var call in message.ToolCalls ?? []) yield return Call(call, tools.Of(call.Name), Id());
            foreach (var result in message.ToolResults ?? [])
                yield return new() { ["id"] = Id(), ["type"] = "function_call_output", ["status"] = "completed", ["call_id"] = result.CallId, ["output"] = result.Text };
        }

        string Id() => string.Create(CultureInfo.InvariantCulture, $"in_{generation:N}{index++:x4}");
    }

    private static JsonObject Call(ToolCall call, ShownTool tool, string id)
    {
        var shown = new JsonObject
        {
            ["id"] = id,
            ["type"] = tool.IsCustom ? "custom_tool_call" : "function_call",
            ["status"] = "completed",
            ["call_id"] = call.Id,
            ["name"] = tool.Name,
            [tool.IsCustom ? "input" : "arguments"] = tool.IsCustom ? CustomTools.InputOf(call.Arguments) : call.Arguments,
        };
        if (tool.Namespace is { } group) shown["namespace"] = group;
        return shown;
    }

    private static JsonObject Message(PromptMessage message, string id)
    {
        var content = new JsonArray();
        if (message.Text.Length > 0) content.Add(new JsonObject { ["type"] = message.Role == MessageRole.Assistant ? "output_text" : "input_text", ["text"] = message.Text });
        foreach (var attached in message.Attachments ?? []) content.Add(InputAttachment.Write(attached));
        return new() { ["id"] = id, ["type"] = "message", ["status"] = "completed", ["role"] = message.Role.ToString().ToLowerInvariant(), ["content"] = content };
    }
}
