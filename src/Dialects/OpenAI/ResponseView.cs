using System.Text.Json.Nodes;
using Millrace.Contracts;
using Millrace.Dialects.Errors;

namespace Millrace.Dialects.OpenAI;

/// <summary>The response object, all keys always there. It follows from the request, the items and the end alone.</summary>
public sealed class ResponseView(GenerateRequested request, DateTimeOffset receivedAt)
{
    private readonly ResponseOrigin origin = ResponseOrigin.Of(request) ?? new();
    private readonly ToolNames tools = (ResponseOrigin.Of(request) ?? new()).ToolNames();

    public string Id => OpenAIIds.Response(request.GenerationId);

    /// <summary>The id's own time where it has one: so the first event can be sent before the fleet has taken the request.</summary>
    private long CreatedAt => TimeOf(request.GenerationId) ?? receivedAt.ToUnixTimeSeconds();

    public JsonObject Write(string status, JsonArray output, ResponseEnd end = default) => new()
    {
        ["id"] = Id,
        ["object"] = "response",
        ["created_at"] = CreatedAt,
        ["status"] = status,
        ["background"] = origin.Background,
        ["completed_at"] = status == "completed" ? end.At?.ToUnixTimeSeconds() : null,
        ["error"] = end.Error is { } error ? new JsonObject { ["code"] = CodeOf(error), ["message"] = error.Message } : null,
        ["incomplete_details"] = end.Incomplete is { } reason ? new JsonObject { ["reason"] = reason } : null,
        ["instructions"] = request.SystemPrompt,
        ["max_output_tokens"] = request.Options?.MaxOutputTokens,
        ["max_tool_calls"] = null,
        ["model"] = origin.Model,
        ["output"] = output,
        ["parallel_tool_calls"] = request.Options?.ParallelToolCalls ?? true,
        ["previous_response_id"] = origin.PreviousResponseId,
        ["reasoning"] = new JsonObject { ["effort"] = request.Options?.ReasoningEffort?.ToString().ToLowerInvariant(), ["summary"] = origin.ReasoningSummary },
        ["service_tier"] = "default",
        ["store"] = origin.Store,
        ["temperature"] = request.Options?.Temperature,
        ["text"] = new JsonObject { ["format"] = Format(), ["verbosity"] = (request.Options?.Verbosity ?? Verbosity.Medium).ToString().ToLowerInvariant() },
        ["tool_choice"] = Choice(),
        ["tools"] = ShownTools.Of(request.CallerTools, tools),
        ["top_p"] = request.Options?.TopP,
        ["truncation"] = origin.Truncation ?? "disabled",
        ["usage"] = end.IsKnown ? Usage(end.Usage) : null,
        ["user"] = origin.User,
        ["metadata"] = new JsonObject((request.Metadata ?? new Dictionary<string, string>()).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
    };

    private static JsonObject? Usage(TokenUsage? usage) => new()
    {
        ["input_tokens"] = usage?.Input ?? 0,
        ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = usage?.Cached ?? 0, ["cache_write_tokens"] = 0 },
        ["output_tokens"] = usage?.Output ?? 0,
        ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = usage?.Reasoning ?? 0 },
        ["total_tokens"] = (usage?.Input ?? 0) + (usage?.Output ?? 0),
    };

    private JsonObject Format() => request.Options switch
    {
        { JsonSchema: { } schema } => new() { ["type"] = "json_schema", ["name"] = origin.FormatName ?? "answer", ["schema"] = JsonNode.Parse(schema.GetRawText()), ["strict"] = true },
        { ResponseFormat: ResponseFormat.Json } => new() { ["type"] = "json_object" },
        _ => new() { ["type"] = "text" },
    };

    private JsonNode Choice() => request.Options?.ToolChoice switch
    {
        null => JsonValue.Create("auto"),
        "none" or "auto" or "required" => JsonValue.Create(request.Options.ToolChoice),
        var name => new JsonObject { ["type"] = tools.Of(name).IsCustom ? "custom" : "function", ["name"] = tools.Of(name).Name },
    };

    private static string CodeOf(GenerationFailed failed) => Faults.Of(failed).Status switch
    {
        429 => "rate_limit_exceeded",
        >= 400 and < 500 => "invalid_prompt",
        _ => "server_error",
    };

    /// <summary>The Unix seconds in a UUIDv7.</summary>
    private static long? TimeOf(Guid id)
    {
        if (id.Version != 7) return null;
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var milliseconds = ((long)bytes[0] << 40) | ((long)bytes[1] << 32) | ((long)bytes[2] << 24) | ((long)bytes[3] << 16) | ((long)bytes[4] << 8) | bytes[5];
        return milliseconds / 1000;
    }
}
