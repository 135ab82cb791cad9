using Millrace.Contracts;

namespace Millrace.Worker.Sessions;

/// <summary>What a turn leaves in its session's transcript.</summary>
internal static class Turn
{
    /// <summary>The request's messages and the reply. Without a reply the turn leaves nothing, and can be asked again.</summary>
    public static IReadOnlyList<SessionMessage> Messages(GenerateRequested request, SessionMessage? reply)
    {
        if (reply is null) return [];
        var asked = request.Messages ?? [new PromptMessage(MessageRole.User, request.Prompt!)];
        return
        [
            .. asked.Select(message => new SessionMessage { Role = message.Role, Text = message.Text, Attachments = message.Attachments, GenerationId = request.GenerationId }),
            reply,
        ];
    }

    public static SessionMessage Reply(Guid generation, string text, string? provider, string? model) =>
        new() { Role = MessageRole.Assistant, Text = text, GenerationId = generation, Provider = provider, Model = model };
}
