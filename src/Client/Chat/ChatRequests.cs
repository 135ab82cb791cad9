using Microsoft.Extensions.AI;
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
    };

    /// <summary>Null for an assistant's message of which nothing but reasoning is left: models do not get their reasoning back.</summary>
    private static PromptMessage? Message(ChatMessage message)
    {
        var role = Role(message.Role);
        var text = string.Concat(message.Contents.Select(Text));
        return text.Length == 0 && role == MessageRole.Assistant ? null : new PromptMessage(role, text) { Attachments = ChatAttachments.Of(message) };
    }

    private static MessageRole Role(ChatRole role) =>
        role == ChatRole.User ? MessageRole.User :
        role == ChatRole.Assistant ? MessageRole.Assistant :
        role == ChatRole.System ? MessageRole.System :
        throw new NotSupportedException($"The fleet takes messages of the roles system, user and assistant; this one has '{role}'.");

    private static string Text(AIContent content) => content switch
    {
        TextContent text => text.Text,
        TextReasoningContent or UsageContent or DataContent or UriContent => "",
        _ => throw new NotSupportedException($"The fleet takes text, data and addresses of pictures; a message holds {content.GetType().Name}."),
    };

    private static Guid? Session(string? conversationId) => conversationId switch
    {
        null => null,
        _ when Guid.TryParse(conversationId, out var session) => session,
        _ => throw new ArgumentException($"ChatOptions.ConversationId is a Millrace session's id, a GUID; got '{conversationId}'.", nameof(conversationId)),
    };
}
