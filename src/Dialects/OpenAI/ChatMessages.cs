using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Dialects.OpenAI;

/// <summary>A chat's messages as the fleet's. Results that follow one another become one message, which is how the fleet keeps the results of a step.</summary>
internal static class ChatMessages
{
    public static IReadOnlyList<PromptMessage> Read(IReadOnlyList<ChatMessage?>? messages)
    {
        if (messages is null or []) throw OpenAIFaults.Missing("messages");
        var read = new ConversationBuilder();
        for (var i = 0; i < messages.Count; i++) Add(read, messages[i], $"messages[{i}]");
        return read.Build();
    }

    private static void Add(ConversationBuilder read, ChatMessage? message, string where)
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
                AddReply(read, message, where);
                break;
            case "tool":
                read.Answer(message.ToolCallId is { Length: > 0 } id ? id : throw OpenAIFaults.Missing($"{where}.tool_call_id"), ContentParts.Of(content, path));
                break;
            default:
                throw OpenAIFaults.Invalid($"{where}.role", $"'{where}.role' is '{message?.Role}'; it must be system, developer, user, assistant or tool.");
        }
    }

    private static void AddReply(ConversationBuilder read, ChatMessage message, string where)
    {
        var text = ContentParts.TextOf(message.Content, $"{where}.content");
        read.Say(text.Length > 0 ? text : message.Refusal ?? "", Thoughts(message.ReasoningContent) ?? Thoughts(message.Reasoning), Calls(message, where));
    }

    private static string? Thoughts(JsonElement? given) => given is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static IReadOnlyList<ToolCall>? Calls(ChatMessage message, string where) => message.ToolCalls is not { Count: > 0 } calls ? null :
    [
        .. calls.Select((call, i) => new ToolCall(
            call?.Id is { Length: > 0 } id ? id : throw OpenAIFaults.Missing($"{where}.tool_calls[{i}].id"),
            call.Function?.Name is { Length: > 0 } name ? name : throw OpenAIFaults.Missing($"{where}.tool_calls[{i}].function.name"),
            CallText.Arguments(call.Function.Arguments))),
    ];
}
