using System.Text;
using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Client.Sessions;

/// <summary>What a message must be to enter a session. Asked before anything is sent, so that half a conversation is never stored.</summary>
internal static class SessionMessageRules
{
    /// <summary>The broken rule in a sentence without its subject, or null.</summary>
    public static string? Broken(SessionMessage message)
    {
        if (message.Role == MessageRole.System)
            return "has the role System; messages are of the role User, Assistant or Tool, and the session's system prompt is given when it is made.";
        if (!Enum.IsDefined(message.Role))
            return $"has the role {message.Role}; it must be User, Assistant or Tool.";
        if (message.Text is null)
            return "has no text.";
        var (calls, results) = (message.ToolCalls ?? [], message.ToolResults ?? []);
        if (message is { Attachments.Count: > 0, Role: not MessageRole.User })
            return $"has attachments and the role {message.Role}; only the user's messages have attachments.";
        if (calls.Count > 0 && message.Role != MessageRole.Assistant)
            return $"has tool calls and the role {message.Role}; only the assistant calls tools.";
        if (results.Count > 0 != (message.Role == MessageRole.Tool))
            return $"has the role {message.Role} and {results.Count} tool results; results belong to a message of the role Tool, which has nothing else.";
        if (!calls.All(IsWhole))
            return "has a tool call without an id, a name, or JSON as its arguments.";
        if (!results.All(result => result is { CallId.Length: > 0, Text: not null }))
            return "has a tool result without the id of its call, or without a text.";
        return calls.Select(call => call.Arguments).Concat(results.Select(result => result.Text)).Prepend(message.Text).All(IsUnicode)
            ? null
            : "has half of a surrogate pair in its text, which no encoding can carry; its text must be valid Unicode.";
    }

    private static bool IsWhole(ToolCall? call)
    {
        try
        {
            using var arguments = JsonDocument.Parse(call?.Arguments ?? "");
            return call is { Id.Length: > 0, Name.Length: > 0 };
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            return false; // no JSON, or no Unicode
        }
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
