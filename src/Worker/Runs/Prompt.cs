using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Worker.Attachments;

namespace Millrace.Worker.Runs;

/// <summary>The chat messages of a request behind its session's history, in order and untouched.</summary>
internal static class Prompt
{
    public static IReadOnlyList<ChatMessage> Of(GenerateRequested request, IEnumerable<SessionMessage> history)
    {
        var messages = new List<ChatMessage>();
        if (!string.IsNullOrEmpty(request.SystemPrompt)) messages.Add(new ChatMessage(ChatRole.System, request.SystemPrompt));
        // A reply that was cancelled before its first word stands in the transcript, and providers refuse empty messages
        foreach (var message in history.Where(message => message.Text.Length > 0 || message.Attachments is { Count: > 0 }))
            messages.Add(new ChatMessage(RoleOf(message.Role), AttachmentContents.Of(message.Text, message.Attachments)));
        foreach (var message in request.Messages ?? []) messages.Add(new ChatMessage(RoleOf(message.Role), AttachmentContents.Of(message.Text, message.Attachments)));
        if (request.Prompt is not null) messages.Add(new ChatMessage(ChatRole.User, request.Prompt));
        return messages;
    }

    private static ChatRole RoleOf(MessageRole role) => role switch
    {
        MessageRole.System => ChatRole.System,
        MessageRole.Assistant => ChatRole.Assistant,
        _ => ChatRole.User,
    };
}
