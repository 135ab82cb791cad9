using System.Text.Json.Nodes;

namespace Millrace.Tests.ScriptedProviders;

internal sealed class AnthropicFormat : IWireFormat
{
    private int block;

    public string ContentType => "text/event-stream";

    public string BasePath => "";

    public string Begin(ScriptedUsage usage) => Event("message_start", new()
    {
        ["message"] = new JsonObject
        {
            ["id"] = "msg_1",
            ["type"] = "message",
            ["role"] = "assistant",
            ["content"] = new JsonArray(),
            ["model"] = "m",
            ["stop_reason"] = null,
            ["stop_sequence"] = null,
            ["usage"] = new JsonObject { ["input_tokens"] = usage.Input ?? 0, ["output_tokens"] = 1 },
        },
    }) + "event: ping\ndata: {\"type\":\"ping\"}\n\n";

    public string Text(string text) => Block(new() { ["type"] = "text", ["text"] = "" }, [new() { ["type"] = "text_delta", ["text"] = text }], true);

    public string Reasoning(string text) =>
        Block(new() { ["type"] = "thinking", ["thinking"] = "", ["signature"] = "" }, [new() { ["type"] = "thinking_delta", ["thinking"] = text }], true);

    public string ToolCall(string id, string name, string arguments, bool whole) => Block(
        new() { ["type"] = "tool_use", ["id"] = id, ["name"] = name, ["input"] = new JsonObject() },
        [new() { ["type"] = "input_json_delta", ["partial_json"] = whole ? arguments : arguments[..(arguments.Length / 2)] }],
        whole);

    /// <summary>Blocks come one after the other here.</summary>
    public string ToolCalls(IReadOnlyList<ScriptedTool> calls, int fragment) => string.Concat(calls.Select(call =>
    {
        var pieces = call.Pieces(fragment).Select(piece => new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = piece });
        return Block(new() { ["type"] = "tool_use", ["id"] = call.Id ?? "", ["name"] = call.Name, ["input"] = new JsonObject() }, [.. pieces], true);
    }));

    /// <summary>Reasoning as the API proves it: with a signature at its end.</summary>
    public string Thinking(string text, string signature) => Block(
        new() { ["type"] = "thinking", ["thinking"] = "", ["signature"] = "" },
        [
            .. text.Chunk(3).Select(piece => new JsonObject { ["type"] = "thinking_delta", ["thinking"] = new string(piece) }),
            new() { ["type"] = "signature_delta", ["signature"] = signature },
        ],
        true);

    public string RedactedThinking(string data) => Block(new() { ["type"] = "redacted_thinking", ["data"] = data }, [], true);

    public string Finish(string reason, ScriptedUsage usage) => Event("message_delta", new()
    {
        ["delta"] = new JsonObject { ["stop_reason"] = StopReason(reason), ["stop_sequence"] = null },
        ["usage"] = new JsonObject { ["output_tokens"] = usage.Output ?? 1 },
    }) + Event("message_stop", []);

    public string Error(string code) => $"event: error\ndata: {Refusal(code, "it broke")}\n\n";

    public string Refusal(string code, string message) =>
        new JsonObject { ["type"] = "error", ["error"] = new JsonObject { ["type"] = code, ["message"] = message }, ["request_id"] = "req_1" }.ToJsonString();

    private string Block(JsonObject start, IReadOnlyList<JsonObject> deltas, bool whole)
    {
        var index = block++;
        return Event("content_block_start", new() { ["index"] = index, ["content_block"] = start })
            + string.Concat(deltas.Select(delta => Event("content_block_delta", new() { ["index"] = index, ["delta"] = delta })))
            + (whole ? Event("content_block_stop", new() { ["index"] = index }) : "");
    }

    private static string StopReason(string reason) => reason switch
    {
        "stop" => "end_turn",
        "length" => "max_tokens",
        "tool_calls" => "tool_use",
        "content_filter" => "refusal",
        _ => reason,
    };

    private static string Event(string type, JsonObject data)
    {
        data.Insert(0, "type", type);
        return $"event: {type}\ndata: {data.ToJsonString(Json.Unescaped)}\n\n";
    }
}
