using System.Text;
using System.Text.Json.Nodes;

namespace Millrace.Tests.ScriptedProviders;

internal sealed class OpenAIFormat : IWireFormat
{
    private int begun;

    public string ContentType => "text/event-stream";

    public string BasePath => "v1";

    public string Begin(ScriptedUsage usage) => Delta(new() { ["role"] = "assistant", ["content"] = "" });

    public string Text(string text) => Delta(new() { ["content"] = text });

    public string Reasoning(string text) => Delta(new() { ["reasoning_content"] = text });

    public string ToolCall(string id, string name, string arguments, bool whole)
    {
        var index = begun++;
        var first = Delta(Call(new() { ["index"] = index, ["id"] = id, ["type"] = "function", ["function"] = new JsonObject { ["name"] = name, ["arguments"] = "" } }));
        var sent = whole ? arguments : arguments[..(arguments.Length / 2)];
        return first + Delta(Call(new() { ["index"] = index, ["function"] = new JsonObject { ["arguments"] = sent } }));
    }

    public string ToolCalls(IReadOnlyList<ScriptedTool> calls, int fragment)
    {
        var frames = new StringBuilder();
        var first = begun;
        begun += calls.Count;
        for (var i = 0; i < calls.Count; i++)
        {
            var opening = new JsonObject { ["index"] = first + i, ["type"] = "function", ["function"] = new JsonObject { ["name"] = calls[i].Name } };
            if (calls[i].Id is { } id) opening["id"] = id;
            frames.Append(Delta(Call(opening)));
        }
        var pieces = calls.Select(one => one.Pieces(fragment)).ToList();
        for (var at = 0; at < pieces.Max(one => one.Count); at++)
        {
            foreach (var (i, one) in pieces.Index().Where(one => one.Item.Count > at))
                frames.Append(Delta(Call(new() { ["index"] = first + i, ["function"] = new JsonObject { ["arguments"] = one[at] } })));
        }
        return frames.ToString();
    }

    public string Finish(string reason, ScriptedUsage usage)
    {
        var finish = Chunk(new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = new JsonObject(), ["finish_reason"] = reason }), null);
        if (usage.Output is null) return finish + "data: [DONE]\n\n";
        var counts = new JsonObject { ["prompt_tokens"] = usage.Input, ["completion_tokens"] = usage.Output, ["total_tokens"] = usage.Input + usage.Output };
        return finish + Chunk([], counts) + "data: [DONE]\n\n";
    }

    public string Error(string code) => $"data: {Refusal(code, "it broke")}\n\n";

    public string Refusal(string code, string message) =>
        new JsonObject { ["error"] = new JsonObject { ["message"] = message, ["type"] = "invalid_request_error", ["param"] = null, ["code"] = code } }.ToJsonString();

    private static JsonObject Call(JsonObject call) => new() { ["tool_calls"] = new JsonArray(call) };

    private static string Delta(JsonObject delta) =>
        Chunk(new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = null }), null);

    private static string Chunk(JsonArray choices, JsonObject? usage)
    {
        var chunk = new JsonObject { ["id"] = "chatcmpl-1", ["object"] = "chat.completion.chunk", ["created"] = 1694268190, ["model"] = "m", ["choices"] = choices };
        if (usage is not null) chunk["usage"] = usage;
        return $"data: {chunk.ToJsonString(Json.Unescaped)}\n\n";
    }
}
