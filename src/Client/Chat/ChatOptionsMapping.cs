using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Effort = Microsoft.Extensions.AI.ReasoningEffort;

namespace Millrace.Client.Chat;

/// <summary><see cref="ChatOptions"/> as <see cref="GenerationOptions"/>.</summary>
internal static class ChatOptionsMapping
{
    public static GenerationOptions From(ChatOptions options)
    {
        Refuse(options);
        var json = options.ResponseFormat as ChatResponseFormatJson;
        return new GenerationOptions
        {
            Temperature = Exact(options.Temperature),
            TopP = Exact(options.TopP),
            TopK = options.TopK,
            MaxOutputTokens = options.MaxOutputTokens,
            Stop = options.StopSequences is { Count: > 0 } stop ? [.. stop] : null,
            Seed = options.Seed,
            FrequencyPenalty = Exact(options.FrequencyPenalty),
            PresencePenalty = Exact(options.PresencePenalty),
            ResponseFormat = options.ResponseFormat switch
            {
                null => null,
                ChatResponseFormatJson => ResponseFormat.Json,
                ChatResponseFormatText => ResponseFormat.Text,
                var other => throw new NotSupportedException($"The fleet answers in text or JSON; ChatOptions.ResponseFormat is {other.GetType().Name}."),
            },
            JsonSchema = json?.Schema,
            ReasoningEffort = options.Reasoning?.Effort switch
            {
                null => null,
                Effort.None => Contracts.ReasoningEffort.None,
                Effort.Low => Contracts.ReasoningEffort.Low,
                Effort.Medium => Contracts.ReasoningEffort.Medium,
                Effort.ExtraHigh => Contracts.ReasoningEffort.XHigh,
                _ => Contracts.ReasoningEffort.High,
            },
            ToolChoice = Choice(options.ToolMode),
            ParallelToolCalls = options.AllowMultipleToolCalls,
        };
    }

    /// <summary>
    /// Tools are named: the fleet runs what it has under these names, and refuses a name that it does not have. Those that the caller runs are not among them.
    /// </summary>
    public static IReadOnlyList<string>? Tools(ChatOptions? options)
    {
        var names = (options?.Tools ?? []).Where(tool => !CallerTools.Has(tool)).Select(Name).ToList();
        return names.Count == 0 ? null : names;
    }

    private static string Name(AITool tool) => tool is AIFunctionDeclaration ? tool.Name : throw new NotSupportedException(
        $"The fleet runs functions by their names; ChatOptions.Tools holds a {tool.GetType().Name}. Give an AIFunctionDeclaration with the name of a tool that the fleet has, or a function of your own as AsCallerTool().");

    private static string? Choice(ChatToolMode? mode) => mode switch
    {
        null => null,
        AutoChatToolMode => "auto",
        NoneChatToolMode => "none",
        RequiredChatToolMode required => required.RequiredFunctionName ?? "required",
        var other => throw new NotSupportedException($"The fleet knows the tool modes auto, none and required; ChatOptions.ToolMode is {other.GetType().Name}."),
    };

    private static void Refuse(ChatOptions options)
    {
        if (options.ContinuationToken is not null || options.AllowBackgroundResponses is true)
        {
            throw new NotSupportedException(
                "Background responses are not supported through IChatClient. Use MillraceClient.SubmitAsync, and FollowAsync with a sequence to resume.");
        }
    }

    /// <summary>0.7f is meant as 0.7, not as 0.699999988079071.</summary>
    private static double? Exact(float? value) => value is { } given ? (double)(decimal)given : null;
}
