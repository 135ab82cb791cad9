using Millrace.Contracts;

namespace Millrace.Engine.Requests;

/// <summary>A request's own messages in the form of a transcript.</summary>
internal static class RequestMessages
{
    /// <summary>The messages that a request brings: its <c>Messages</c>, or its <c>Prompt</c> as one of the user.</summary>
    public static IReadOnlyList<SessionMessage> Own(GenerateRequested request) =>
        request.Messages is { } messages ? [.. messages.Select(Of)] : [new() { Role = MessageRole.User, Text = request.Prompt! }];

    public static SessionMessage Of(PromptMessage message) => new()
    {
        Role = message.Role,
        Text = message.Text,
        Reasoning = message.Reasoning,
        ToolCalls = message.ToolCalls,
        ToolResults = message.ToolResults,
        Attachments = message.Attachments,
    };
}
