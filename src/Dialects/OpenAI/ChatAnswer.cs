using System.Text.Json.Nodes;
using Millrace.Contracts;
using Millrace.Dialects.Errors;

namespace Millrace.Dialects.OpenAI;

/// <summary>A whole answer as <c>chat.completion</c>.</summary>
public static class ChatAnswer
{
    public static string Write(GenerationCompleted completed, ChatRequest asked, DateTimeOffset created) => OpenAIJson.Write(new
    {
        Id = OpenAIIds.Completion(completed.GenerationId),
        Object = "chat.completion",
        Created = created.ToUnixTimeSeconds(),
        asked.Model,
        Choices = new[]
        {
            new
            {
                Index = 0,
                Message = Message(completed),
                Logprobs = (object?)null,
                FinishReason = Faults.Snake(completed.FinishReason.ToString()),
            },
        },
        Usage = Usage(completed.Usage),
        SystemFingerprint = (string?)null,
    });

    /// <summary>Tokens that the provider did not count are 0: the fields must be there.</summary>
    public static object Usage(TokenUsage? usage) => new
    {
        PromptTokens = usage?.Input ?? 0,
        CompletionTokens = usage?.Output ?? 0,
        TotalTokens = (usage?.Input ?? 0) + (usage?.Output ?? 0),
        PromptTokensDetails = new { CachedTokens = usage?.Cached ?? 0 },
        CompletionTokensDetails = new { ReasoningTokens = usage?.Reasoning ?? 0 },
    };

    private static JsonObject Message(GenerationCompleted completed)
    {
        var content = completed.Text.Length > 0 || completed.ToolCalls is null ? completed.Text : null;
        var message = new JsonObject { ["role"] = "assistant", ["content"] = content, ["refusal"] = null };
        if (completed.Reasoning is { } thoughts) message["reasoning_content"] = thoughts; // not OpenAI's; servers that show reasoning in chats call it so
        if (completed.ToolCalls is { Count: > 0 } calls) message["tool_calls"] = new JsonArray([.. calls.Select(Call)]);
        else message["annotations"] = new JsonArray();
        return message;
    }

    private static JsonObject Call(ToolCall call) => new()
    {
        ["id"] = call.Id,
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = call.Arguments },
    };
}
