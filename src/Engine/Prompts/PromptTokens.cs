using System.Text.Json;
using Microsoft.Extensions.AI;
using Millrace.Providers.Models;

namespace Millrace.Engine.Prompts;

/// <summary>How many tokens a prompt takes, about, in the form in which it is sent.</summary>
internal static class PromptTokens
{
    /// <param name="prompt">The messages.</param>
    /// <param name="tools">What the model is told that it may call.</param>
    /// <param name="limits">The model's.</param>
    /// <param name="sample">A text that has more characters is judged by its beginning.</param>
    public static long Of(IEnumerable<ChatMessage> prompt, IEnumerable<AIFunctionDeclaration> tools, ModelLimits limits, int sample = int.MaxValue) =>
        prompt.Sum(message => HistoryWindow.FrameTokens + message.Contents.Sum(content => Of(content, limits, sample)))
        + tools.Sum(tool => Texts(tool).Sum(text => Of(text, limits, sample)));

    private static long Of(AIContent content, ModelLimits limits, int sample) => content switch
    {
        DataContent or UriContent => limits.ImageTokens,
        _ => Texts(content).Sum(text => Of(text, limits, sample)),
    };

    private static string?[] Texts(AIContent content) => content switch
    {
        TextContent text => [text.Text],
        TextReasoningContent reasoning => [reasoning.Text, reasoning.ProtectedData],
        FunctionCallContent call => [call.Name, JsonSerializer.Serialize(call.Arguments)],
        FunctionResultContent result => [result.Result?.ToString()],
        _ => [],
    };

    private static string[] Texts(AIFunctionDeclaration tool) => [tool.Name, tool.Description, tool.JsonSchema.GetRawText()];

    private static long Of(string? text, ModelLimits limits, int sample)
    {
        if (string.IsNullOrEmpty(text)) return 0;
        var tokens = text.Length <= sample ? TokenCounter.Count(text) : (double)TokenCounter.Count(text[..sample]) * text.Length / sample;
        return limits.Tokens(tokens);
    }
}
