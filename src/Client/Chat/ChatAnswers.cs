using System.Text.Json;
using Microsoft.Extensions.AI;
using Millrace.Contracts;

namespace Millrace.Client.Chat;

/// <summary>What the fleet says, in the words of Microsoft.Extensions.AI.</summary>
internal static class ChatAnswers
{
    /// <summary>
    /// A piece of the stream; null for what a chat update cannot express. Each step is a message of its own, and the results of its calls another one, so
    /// that the messages of a response can go into the next request as they are.
    /// </summary>
    /// <param name="chunk">The piece.</param>
    /// <param name="callers">The names of the tools that the caller runs.</param>
    public static ChatResponseUpdate? Update(ChunkProduced chunk, IReadOnlySet<string> callers)
    {
        if (Content(chunk, callers) is not { } content)
            return null;
        return new ChatResponseUpdate(RoleOf(chunk), [content])
        {
            ResponseId = chunk.GenerationId.ToString(),
            MessageId = MessageId(chunk.GenerationId, chunk.Step, chunk.Kind),
            ConversationId = chunk.SessionId?.ToString(),
            CreatedAt = chunk.ProducedAt,
            RawRepresentation = chunk,
        };
    }

    /// <summary>The last update: finish reason, model and usage. It belongs to the last message, be it the fleet's results beside calls for the caller.</summary>
    public static ChatResponseUpdate End(GenerationCompleted completed, ChunkProduced? last)
    {
        AIContent[] contents = completed.Usage is { } usage ? [new UsageContent(Usage(usage))] : [];
        return new ChatResponseUpdate(RoleOf(last), contents)
        {
            ResponseId = completed.GenerationId.ToString(),
            MessageId = MessageId(completed.GenerationId, last?.Step ?? 1, last?.Kind),
            ConversationId = completed.SessionId?.ToString(),
            ModelId = completed.Model,
            FinishReason = Reason(completed.FinishReason),
            RawRepresentation = completed,
        };
    }

    /// <summary>The whole response, from the pieces that no restart took back.</summary>
    public static ChatResponse Response(
        GenerationCompleted completed, IReadOnlyList<ChunkProduced> kept, IReadOnlySet<string> callers)
    {
        var updates = kept.Select(chunk => Update(chunk, callers)).OfType<ChatResponseUpdate>();
        var response = updates.Append(End(completed, kept.Count > 0 ? kept[^1] : null)).ToChatResponse();
        response.RawRepresentation = completed;
        if (response.Messages is [.., var last])
            last.RawRepresentation = completed;
        return response;
    }

    private static string MessageId(Guid generationId, int step, ChunkKind? kind) =>
        $"{generationId}/{step}" + (kind == ChunkKind.ToolResult ? "/results" : "");

    private static AIContent? Content(ChunkProduced chunk, IReadOnlySet<string> callers) => chunk switch
    {
        { Kind: ChunkKind.Text, Text: { } text } => new TextContent(text),
        { Kind: ChunkKind.Reasoning, Text: { } text } => new TextReasoningContent(text),
        { Kind: ChunkKind.ToolCall, ToolCall: { } call } => Call(call, chunk, callers.Contains(call.Name)),
        { Kind: ChunkKind.ToolResult, ToolCall: { } call, Text: { } text } => new FunctionResultContent(call.Id, text)
        {
            Exception = chunk.IsError == true ? new InvalidOperationException(text) : null,
        },
        _ => null,
    };

    /// <summary>
    /// Calls are marked as dealt with: the fleet has run them, and whoever runs functions for a chat client must not run them again. Those of the caller's tools are not.
    /// </summary>
    private static FunctionCallContent Call(ToolCall call, ChunkProduced chunk, bool isCallers)
    {
        var arguments = JsonElement.Parse(call.Arguments);
        var isObject = arguments.ValueKind == JsonValueKind.Object;
        return new(call.Id, call.Name, isObject ? arguments.Deserialize<Dictionary<string, object?>>(AIJsonUtilities.DefaultOptions) : null)
        {
            InformationalOnly = !isCallers,
            Exception = isObject ? null : new JsonException($"The arguments are a JSON {arguments.ValueKind}; they must be an object."),
            RawRepresentation = chunk,
        };
    }

    private static ChatRole RoleOf(ChunkProduced? chunk) =>
        chunk?.Kind == ChunkKind.ToolResult ? ChatRole.Tool : ChatRole.Assistant;

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
