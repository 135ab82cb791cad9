using System.Text;
using Millrace.Contracts;

namespace Millrace.Client.Sessions;

/// <summary>What a message must be to enter a session. Asked before anything is sent, so that half a conversation is never stored.</summary>
internal static class SessionMessageRules
{
    /// <summary>The broken rule in a sentence without its subject, or null.</summary>
    public static string? Broken(SessionMessage message)
    {
        if (message.Role == MessageRole.System)
            return "has the role System; messages are of the role User or Assistant, and the session's system prompt is given when it is made.";
        if (!Enum.IsDefined(message.Role))
            return $"has the role {message.Role}; it must be User or Assistant.";
        if (message.Text is null)
            return "has no text.";
        if (message is { Attachments.Count: > 0, Role: not MessageRole.User })
            return $"has attachments and the role {message.Role}; only the user's messages have attachments.";
        if (message is { Text.Length: 0 } and not { Attachments.Count: > 0 } and not { Role: MessageRole.Assistant, Partial: true })
            return "has an empty text; only a partial reply of the assistant may.";
        return IsUnicode(message.Text) ? null : "has half of a surrogate pair in its text, which no encoding can carry; its text must be valid Unicode.";
    }

    private static bool IsUnicode(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != System.Buffers.OperationStatus.Done)
                return false;
            rest = rest[length..];
        }

        return true;
    }
}
