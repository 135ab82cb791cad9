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
        Count(prompt, tools, limits, sample).Tokens;

    /// <inheritdoc cref="Of(IEnumerable{ChatMessage}, IEnumerable{AIFunctionDeclaration}, ModelLimits, int)"/>
    public static TokenCount Count(IEnumerable<ChatMessage> prompt, IEnumerable<AIFunctionDeclaration> tools, ModelLimits limits, int sample)
    {
        var (tokens, isWhole) = (0L, true);
        foreach (var message in prompt)
        {
            tokens += HistoryWindow.FrameTokens;
            foreach (var content in message.Contents)
            {
                if (content is DataContent or UriContent) tokens += limits.ImageTokens;
                else Add(Texts(content));
            }
        }
        foreach (var tool in tools) Add(Texts(tool));
        return new(tokens, isWhole);

        void Add(string?[] texts)
        {
            foreach (var text in texts)
            {
                tokens += Of(text, limits, sample);
                isWhole &= text is null || text.Length <= sample;
            }
        }
    }

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
