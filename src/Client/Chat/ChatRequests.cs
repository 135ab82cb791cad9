using System.Text.Json;
using Microsoft.Extensions.AI;
using Millrace.Client.Tools;
using Millrace.Contracts;

namespace Millrace.Client.Chat;

/// <summary>A chat call as a request to the fleet. What the fleet cannot take is refused by name rather than left out.</summary>
internal static class ChatRequests
{
    public static GenerateRequested From(Guid id, IEnumerable<ChatMessage> messages, ChatOptions? options, string? model) => new()
    {
        GenerationId = id,
        Messages = [.. messages.Select(Message).OfType<PromptMessage>()],
        SystemPrompt = options?.Instructions is { Length: > 0 } instructions ? instructions : null,
        Model = options?.ModelId ?? model,
        SessionId = Session(options?.ConversationId),
        Options = options is null ? null : ChatOptionsMapping.From(options),
        Tools = ChatOptionsMapping.Tools(options),
        CallerTools = CallerTools.Of(options),
    };

    /// <summary>Null for an assistant's message of which nothing but reasoning is left: there is nothing that it came before.</summary>
    private static PromptMessage? Message(ChatMessage message)
    {
        var role = Role(message.Role);
        var text = string.Concat(message.Contents.Select(Text));
        var calls = message.Contents.OfType<FunctionCallContent>().Select(Call).ToList();
        var results = message.Contents.OfType<FunctionResultContent>().Select(Result).ToList();
        if (role == MessageRole.Tool && (text.Length > 0 || results.Count == 0))
            throw new NotSupportedException("A message of the role tool holds the results of calls, FunctionResultContent, and nothing else; this one has text or no result.");
        if (role == MessageRole.Assistant && text.Length == 0 && calls.Count == 0)
            return null;
        return new PromptMessage(role, text)
        {
            Reasoning = role == MessageRole.Assistant ? Reasoning(message) : null,
            ToolCalls = calls.Count > 0 ? calls : null,
            ToolResults = results.Count > 0 ? results : null,
            Attachments = ChatAttachments.Of(message),
        };
    }

    private static string? Reasoning(ChatMessage message)
    {
        var thoughts = string.Concat(message.Contents.OfType<TextReasoningContent>().Select(thought => thought.Text));
        return thoughts.Length > 0 ? thoughts : null;
    }

    private static MessageRole Role(ChatRole role) =>
        role == ChatRole.User ? MessageRole.User :
        role == ChatRole.Assistant ? MessageRole.Assistant :
        role == ChatRole.System ? MessageRole.System :
        role == ChatRole.Tool ? MessageRole.Tool :
        throw new NotSupportedException($"The fleet takes messages of the roles system, user, assistant and tool; this one has '{role}'.");

    private static string Text(AIContent content) => content switch
    {
        TextContent text => text.Text,
        TextReasoningContent or UsageContent or FunctionCallContent or FunctionResultContent or DataContent or UriContent => "",
        _ => throw new NotSupportedException(
            $"The fleet takes text, data, addresses of pictures, and the calls and results of functions; a message holds {content.GetType().Name}."),
    };

    /// <summary>What was no object is told again as it was.</summary>
    private static ToolCall Call(FunctionCallContent call)
    {
        if (call is { Exception: not null, RawRepresentation: ChunkProduced { ToolCall: { } written } })
            return written;
        var arguments = call.Arguments ?? new Dictionary<string, object?>();
        return new ToolCall(call.CallId, call.Name, JsonSerializer.Serialize(arguments, ResultText.Compact));
    }

    private static ToolResult Result(FunctionResultContent result)
    {
        var text = result is { Result: null, Exception: { } fault } ? fault.Message : ToolResultText.Cut(ResultText.Of(result.Result));
        return new ToolResult(result.CallId, text, IsError: result.Exception is not null);
    }

    private static Guid? Session(string? conversationId) => conversationId switch
    {
        null => null,
        _ when Guid.TryParse(conversationId, out var session) => session,
        _ => throw new ArgumentException($"ChatOptions.ConversationId is a Millrace session's id, a GUID; got '{conversationId}'.", nameof(conversationId)),
    };
}
