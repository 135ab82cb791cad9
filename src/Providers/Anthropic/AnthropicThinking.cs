using Microsoft.Extensions.AI;

namespace Millrace.Providers.Anthropic;

/// <summary>When the API takes thinking with a budget. Adaptive thinking is free to think or not.</summary>
internal static class AnthropicThinking
{
    /// <summary>
    /// While a model that thinks deals with results, the reply that called for them has to begin with its thoughts. Another provider's
    /// reply, after a fallback, has none that Anthropic knows: then the rest of the round is done without.
    /// </summary>
    public static ChatOptions? Fitting(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        if (options?.Reasoning is null) return options;
        if (messages.LastOrDefault(message => message.Role != ChatRole.Tool) is not { } last) return options;
        var hasCalls = last.Contents.Any(content => content is FunctionCallContent);
        var beginsWithProof = last.Contents is [TextReasoningContent { ProtectedData.Length: > 0 }, ..];
        if (!hasCalls || beginsWithProof) return options;
        var without = options.Clone();
        without.Reasoning = null;
        return without;
    }
}
