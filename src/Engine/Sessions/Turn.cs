using Millrace.Contracts;
using Millrace.Engine.Requests;
using Millrace.Engine.Runs;

namespace Millrace.Engine.Sessions;

/// <summary>What a turn leaves in its session's transcript.</summary>
internal static class Turn
{
    /// <summary>The request's messages, the steps with their calls, and the reply. Without step and reply the turn leaves nothing, and can be asked again.</summary>
    public static IReadOnlyList<SessionMessage> Messages(GenerateRequested request, IReadOnlyList<RunStep> steps, SessionMessage? reply) =>
        reply is null && steps.Count == 0 ? [] :
        [
            .. RequestMessages.Own(request).Select(message => message with { GenerationId = request.GenerationId }),
            .. steps.SelectMany(step => step.Messages(request.GenerationId)),
            .. reply is null ? Array.Empty<SessionMessage>() : [reply],
        ];

    public static SessionMessage Reply(Guid generation, string text, string? provider, string? model) =>
        new() { Role = MessageRole.Assistant, Text = text, GenerationId = generation, Provider = provider, Model = model };
}
