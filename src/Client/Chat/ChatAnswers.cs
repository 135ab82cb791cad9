using Microsoft.Extensions.AI;
using Millrace.Contracts;

namespace Millrace.Client.Chat;

/// <summary>What the fleet says, in the words of Microsoft.Extensions.AI.</summary>
internal static class ChatAnswers
{
    /// <summary>A piece of the stream; null for what a chat update cannot express.</summary>
    public static ChatResponseUpdate? Update(ChunkProduced chunk) => Content(chunk) is not { } content ? null : new ChatResponseUpdate(ChatRole.Assistant, [content])
    {
        ResponseId = chunk.GenerationId.ToString(),
        MessageId = chunk.GenerationId.ToString(),
        ConversationId = chunk.SessionId?.ToString(),
        CreatedAt = chunk.ProducedAt,
        RawRepresentation = chunk,
    };

    /// <summary>The last update: finish reason, model and usage.</summary>
    public static ChatResponseUpdate End(GenerationCompleted completed) => new(
        ChatRole.Assistant, completed.Usage is { } usage ? [new UsageContent(Usage(usage))] : [])
    {
        ResponseId = completed.GenerationId.ToString(),
        MessageId = completed.GenerationId.ToString(),
        ConversationId = completed.SessionId?.ToString(),
        ModelId = completed.Model,
        FinishReason = Reason(completed.FinishReason),
        RawRepresentation = completed,
    };

    /// <summary>The whole answer, after the reasoning that led to it.</summary>
    public static ChatResponse Response(GenerationCompleted completed, string reasoning)
    {
        List<AIContent> contents = [new TextContent(completed.Text)];
        if (reasoning.Length > 0)
            contents.Insert(0, new TextReasoningContent(reasoning));
        var id = completed.GenerationId.ToString();
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, contents) { MessageId = id, RawRepresentation = completed })
        {
            ResponseId = id,
            ConversationId = completed.SessionId?.ToString(),
            ModelId = completed.Model,
            FinishReason = Reason(completed.FinishReason),
            Usage = completed.Usage is { } usage ? Usage(usage) : null,
            RawRepresentation = completed,
        };
    }

    private static AIContent? Content(ChunkProduced chunk) => (chunk.Kind, chunk.Text) switch
    {
        (ChunkKind.Text, { } text) => new TextContent(text),
        (ChunkKind.Reasoning, { } text) => new TextReasoningContent(text),
        _ => null,
    };

    private static UsageDetails Usage(TokenUsage usage) => new()
    {
        InputTokenCount = usage.Input,
        CachedInputTokenCount = usage.Cached,
        OutputTokenCount = usage.Output,
        ReasoningTokenCount = usage.Reasoning,
        TotalTokenCount = usage.Input + usage.Output,
    };

    private static ChatFinishReason Reason(FinishReason reason) => reason switch
    {
        FinishReason.Length => ChatFinishReason.Length,
        FinishReason.ToolCalls => ChatFinishReason.ToolCalls,
        FinishReason.ContentFilter => ChatFinishReason.ContentFilter,
        _ => ChatFinishReason.Stop,
    };
}
