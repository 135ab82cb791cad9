using System.Text.Json;
using Millrace.Contracts;
using Millrace.Dialects.Errors;

namespace Millrace.Dialects.OpenAI;

/// <summary>A response's input as the fleet's messages: a text, or items of messages, thoughts, calls and their results.</summary>
internal static class ResponseInput
{
    /// <summary>What came of tools that OpenAI runs itself, and its own notes. No provider of the fleet's knows them.</summary>
    private static readonly HashSet<string> Foreign =
    [
        "web_search_call", "file_search_call", "image_generation_call", "code_interpreter_call", "computer_call", "computer_call_output", "local_shell_call",
        "local_shell_call_output", "shell_call", "shell_call_output", "apply_patch_call", "apply_patch_call_output", "mcp_call", "mcp_list_tools",
        "mcp_approval_request", "mcp_approval_response", "tool_search_call", "tool_search_output", "compaction", "compaction_trigger", "additional_tools",
    ];

    public static List<PromptMessage> Read(JsonElement? input)
    {
        switch (input)
        {
            case { ValueKind: JsonValueKind.String } text:
                return [new(MessageRole.User, text.GetString()!)];
            case { ValueKind: JsonValueKind.Array } items:
                var (read, index) = (new ConversationBuilder(), 0);
                foreach (var item in items.EnumerateArray()) Add(read, item, $"input[{index++}]");
                var messages = read.Build();
                return messages.Count > 0 || index == 0 ? messages : throw OnlyForeign();
            default:
                throw OpenAIFaults.Missing("input");
        }
    }

    private static void Add(ConversationBuilder read, JsonElement item, string where)
    {
        switch (Json.Text(item, "type") ?? "message")
        {
            case "message":
                AddMessage(read, item, where);
                break;
            case "reasoning":
                read.Think(ReasoningItem.ThoughtsOf(item));
                break;
            case "function_call":
                read.Call(new(Required(item, "call_id", where), NameOf(item, where), CallText.Arguments(Json.Text(item, "arguments"))));
                break;
            case "custom_tool_call":
                read.Call(new(Required(item, "call_id", where), NameOf(item, where), CustomTools.Arguments(Json.Text(item, "input") ?? "")));
                break;
            case "function_call_output" or "custom_tool_call_output":
                read.Answer(Required(item, "call_id", where), ContentParts.Of(Json.Property(item, "output"), $"{where}.output"));
                break;
            case "item_reference":
                throw OpenAIFaults.Unsupported($"{where}.type", "An item is named here that nobody can look up; send the item itself.");
            case var type when Foreign.Contains(type):
                break;
            case var type:
                throw OpenAIFaults.Unsupported($"{where}.type",
                    $"An item of type '{type}' is not taken here. Items: message, reasoning, function_call, function_call_output, custom_tool_call, custom_tool_call_output, item_reference.");
        }
    }

    private static FaultException OnlyForeign() => OpenAIFaults.Unsupported("input[0].type", "The input has nothing but what came of tools that are not here.");

    private static void AddMessage(ConversationBuilder read, JsonElement item, string where)
    {
        var (content, path) = (Json.Property(item, "content"), $"{where}.content");
        switch (Json.Text(item, "role"))
        {
            case "system" or "developer":
                read.Add(new(MessageRole.System, ContentParts.TextOf(content, path)));
                break;
            case "user":
                read.Add(ContentParts.UserMessage(content, path));
                break;
            case "assistant":
                read.Say(ContentParts.TextOf(content, path));
                break;
            case var role:
                throw OpenAIFaults.Invalid($"{where}.role", $"'{where}.role' is '{role}'; it must be system, developer, user or assistant.");
        }
    }

    private static string NameOf(JsonElement item, string where) => ToolNames.Joined(Json.Text(item, "namespace"), Required(item, "name", where));

    private static string Required(JsonElement item, string name, string where) => Json.Text(item, name) is { Length: > 0 } text ? text : throw OpenAIFaults.Missing($"{where}.{name}");
}
