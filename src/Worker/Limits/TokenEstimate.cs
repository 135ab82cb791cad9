using Microsoft.Extensions.AI;
using Millrace.Worker.Models;

namespace Millrace.Worker.Limits;

/// <summary>What a prompt takes, about. What it really took is settled after the call, so a long text is judged by its beginning.</summary>
internal static class TokenEstimate
{
    private const int Sample = 4096;

    public static long Of(IReadOnlyList<ChatMessage> prompt, ModelLimits limits) =>
        prompt.Sum(message => HistoryWindow.FrameTokens + message.Contents.Sum(content => Of(content, limits)));

    private static long Of(AIContent content, ModelLimits limits) => content switch
    {
        TextContent text => Of(text.Text, limits),
        TextReasoningContent reasoning => Of(reasoning.Text, limits),
        FunctionCallContent call => Of(call.Name, limits) + (call.Arguments?.Sum(argument => Of(argument.Key, limits) + Of(argument.Value?.ToString(), limits)) ?? 0),
        FunctionResultContent result => Of(result.Result?.ToString(), limits),
        DataContent or UriContent => limits.ImageTokens,
        _ => 0,
    };

    private static long Of(string? text, ModelLimits limits)
    {
        if (string.IsNullOrEmpty(text)) return 0;
        var tokens = text.Length <= Sample ? TokenCounter.Count(text) : (double)TokenCounter.Count(text[..Sample]) * text.Length / Sample;
        return (long)Math.Ceiling(tokens * limits.TokenRatio);
    }
}
