using Microsoft.Extensions.AI;
using Millrace.Providers.Models;

namespace Millrace.Engine.Prompts;

/// <summary>What the provider gets to see in a call: messages, and the tools that the model may call. Its tokens are counted when they are asked for, and once.</summary>
/// <param name="messages">In order.</param>
/// <param name="tools">The fleet's and the caller's.</param>
/// <param name="limits">The model's.</param>
public sealed class CallPrompt(IReadOnlyList<ChatMessage> messages, IReadOnlyList<AIFunctionDeclaration> tools, ModelLimits limits)
{
    /// <summary>Where an estimate will do, a text that is longer is judged by its beginning.</summary>
    private const int Sample = 4096;

    private TokenCount? counted;

    public IReadOnlyList<ChatMessage> Messages => messages;

    public IReadOnlyList<AIFunctionDeclaration> Tools => tools;

    /// <summary>The limits of the model that it is for.</summary>
    public ModelLimits Limits => limits;

    /// <summary>Turns of the session that did not fit into the model's context.</summary>
    public int OmittedTurns { get; init; }

    /// <summary>The tokens, about. For what is settled by the provider's own count when the call has ended.</summary>
    public long RoughTokens => (counted ??= Count(Sample)).Tokens;

    /// <summary>The tokens, as exactly as they are known before the call.</summary>
    public long Tokens
    {
        get
        {
            if (counted is not { IsWhole: true }) counted = Count(int.MaxValue);
            return counted.Value.Tokens;
        }
    }

    /// <summary>The same with more messages behind it.</summary>
    public CallPrompt With(params ReadOnlySpan<ChatMessage> more) => new([.. messages, .. more], tools, limits) { OmittedTurns = OmittedTurns };

    private TokenCount Count(int sample) => PromptTokens.Count(messages, tools, limits, sample);
}
