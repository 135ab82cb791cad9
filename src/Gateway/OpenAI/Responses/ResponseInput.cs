using System.Text.Json;
using Millrace.Contracts;
using Millrace.Gateway.OpenAI.Chat;
using Millrace.Gateway.OpenAI.Prompts;

namespace Millrace.Gateway.OpenAI.Responses;

/// <summary>A response's input as the fleet's messages: a text, or items of messages, calls and their results.</summary>
internal static class ResponseInput
{
    public static List<PromptMessage> Read(JsonElement? input)
    {
        switch (input)
        {
            case { ValueKind: JsonValueKind.String } text:
                return [new(MessageRole.User, text.GetString()!)];
            case { ValueKind: JsonValueKind.Array } items:
                var read = new List<PromptMessage>();
                var index = 0;
                foreach (var item in items.EnumerateArray()) Add(read, item, $"input[{index++}]");
                return read;
            default:
                throw Refused.Missing("input");
        }
    }

    private static void Add(List<PromptMessage> read, JsonElement item, string where)
    {
        switch (Json.Text(item, "type") ?? "message")
        {
            case "message":
                read.Add(Message(item, where));
                break;
            case "function_call":
                AddCall(read, item, where);
                break;
            case "function_call_output":
                AddResult(read, item, where);
                break;
            case "reasoning": // what a model thought belongs to that model; the fleet tells it to no other
                break;
            case var type:
                throw Refused.Unsupported($"{where}.type", $"An item of type '{type}' is not taken here. Items: message, function_call, function_call_output, reasoning.");
        }
    }

    private static void AddResult(List<PromptMessage> read, JsonElement item, string where) => ChatMessages.AddResult(
        read, new(Json.Text(item, "call_id") ?? throw Refused.Missing($"{where}.call_id"), ContentParts.TextOf(Json.Property(item, "output"), $"{where}.output")));

    private static PromptMessage Message(JsonElement item, string where)
    {
        var (content, path) = (Json.Property(item, "content"), $"{where}.content");
        return Json.Text(item, "role") switch
        {
            "system" or "developer" => new(MessageRole.System, ContentParts.TextOf(content, path)),
            "user" => ContentParts.UserMessage(content, path),
            "assistant" => new(MessageRole.Assistant, ContentParts.TextOf(content, path)),
            var role => throw Refused.Invalid($"{where}.role", $"'{where}.role' is '{role}'; it must be system, developer, user or assistant."),
        };
    }

    /// <summary>Calls stand in the message of the assistant before them: there they came from.</summary>
    private static void AddCall(List<PromptMessage> read, JsonElement item, string where)
    {
        var call = new ToolCall(
            Json.Text(item, "call_id") ?? throw Refused.Missing($"{where}.call_id"),
            Json.Text(item, "name") ?? throw Refused.Missing($"{where}.name"),
            Json.Text(item, "arguments") is { Length: > 0 } arguments ? arguments : "{}");
        if (read is [.., { Role: MessageRole.Assistant, ToolCalls: List<ToolCall> before }]) before.Add(call); // no copy for each call
        else if (read is [.., { Role: MessageRole.Assistant } last]) read[^1] = last with { ToolCalls = new List<ToolCall>(last.ToolCalls ?? []) { call } };
        else read.Add(new(MessageRole.Assistant, "") { ToolCalls = new List<ToolCall> { call } });
    }
}
