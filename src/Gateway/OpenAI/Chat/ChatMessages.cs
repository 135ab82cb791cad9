using Millrace.Contracts;
using Millrace.Gateway.OpenAI.Prompts;

namespace Millrace.Gateway.OpenAI.Chat;

/// <summary>A chat's messages as the fleet's. Results that follow one another become one message, which is how the fleet keeps the results of a step.</summary>
internal static class ChatMessages
{
    public static IReadOnlyList<PromptMessage> Read(IReadOnlyList<ChatMessage?>? messages)
    {
        if (messages is null or []) throw Refused.Missing("messages");
        var read = new List<PromptMessage>();
        for (var i = 0; i < messages.Count; i++) Add(read, messages[i], $"messages[{i}]");
        return read;
    }

    private static void Add(List<PromptMessage> read, ChatMessage? message, string where)
    {
        var (content, path) = (message?.Content, $"{where}.content");
        switch (message?.Role)
        {
            case "system" or "developer":
                read.Add(new(MessageRole.System, ContentParts.TextOf(content, path)));
                break;
            case "user":
                read.Add(ContentParts.UserMessage(content, path));
                break;
            case "assistant":
                var text = ContentParts.TextOf(content, path);
                read.Add(new(MessageRole.Assistant, text.Length > 0 ? text : message.Refusal ?? "") { ToolCalls = Calls(message, where) });
                break;
            case "tool":
                AddResult(read, new(message.ToolCallId ?? throw Refused.Missing($"{where}.tool_call_id"), ContentParts.TextOf(content, path)));
                break;
            default:
                throw Refused.Invalid($"{where}.role", $"'{where}.role' is '{message?.Role}'; it must be system, developer, user, assistant or tool.");
        }
    }

    /// <summary>Joins a result to those of the same step, in the list that was made here for them: a copy for each result would be quadratic.</summary>
    public static void AddResult(List<PromptMessage> read, ToolResult result)
    {
        if (read is [.., { Role: MessageRole.Tool, ToolResults: List<ToolResult> before }]) before.Add(result);
        else read.Add(new(MessageRole.Tool, "") { ToolResults = new List<ToolResult> { result } });
    }

    private static IReadOnlyList<ToolCall>? Calls(ChatMessage message, string where) => message.ToolCalls is not { Count: > 0 } calls ? null :
    [
        .. calls.Select((call, i) => new ToolCall(
            call?.Id ?? throw Refused.Missing($"{where}.tool_calls[{i}].id"),
            call.Function?.Name ?? throw Refused.Missing($"{where}.tool_calls[{i}].function.name"),
            call.Function.Arguments is { Length: > 0 } arguments ? arguments : "{}")),
    ];
}
