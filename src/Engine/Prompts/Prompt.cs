using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Engine.Requests;

namespace Millrace.Engine.Prompts;

/// <summary>What the model gets to see, in order: system prompt, its session's history, the request's own messages, the steps so far.</summary>
internal static class Prompt
{
    /// <param name="request">What is asked.</param>
    /// <param name="history">What came before, oldest first.</param>
    /// <param name="steps">What the generation has done so far, in the model's own form.</param>
    public static IReadOnlyList<ChatMessage> Of(GenerateRequested request, IEnumerable<SessionMessage> history, IEnumerable<ChatMessage> steps)
    {
        var messages = new List<ChatMessage>();
        if (!string.IsNullOrEmpty(request.SystemPrompt)) messages.Add(new ChatMessage(ChatRole.System, request.SystemPrompt));
        messages.AddRange(CallPairs.Mend([.. history, .. RequestMessages.Own(request)]).SelectMany(NativeMessage.Of));
        messages.AddRange(steps);
        return messages;
    }
}
