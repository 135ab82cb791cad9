using System.Text.Json.Nodes;

namespace Millrace.Tests.ScriptedProviders;

internal sealed class OllamaFormat : IWireFormat
{
    public string ContentType => "application/x-ndjson";

    public string BasePath => "";

    public string Begin(ScriptedUsage usage) => "";

    public string Text(string text) => Line(new() { ["role"] = "assistant", ["content"] = text });

    public string Reasoning(string text) => Line(new() { ["role"] = "assistant", ["content"] = "", ["thinking"] = text });

    /// <summary>Ollama sends calls whole and without ids; one that breaks off is half a line.</summary>
    public string ToolCall(string id, string name, string arguments, bool whole)
    {
        var line = Line(new()
        {
            ["role"] = "assistant",
            ["content"] = "",
            ["tool_calls"] = new JsonArray(new JsonObject { ["function"] = new JsonObject { ["name"] = name, ["arguments"] = JsonNode.Parse(arguments) } }),
        });
        return whole ? line : line[..(line.Length / 2)];
    }

    /// <summary>All in one line; what is no JSON is written as it is.</summary>
    public string ToolCalls(IReadOnlyList<ScriptedTool> calls, int fragment)
    {
        var written = calls.Select(call =>
        {
            var id = call.Id is null ? "" : $"\"id\":\"{call.Id}\",";
            var arguments = call.Arguments is null ? "" : $",\"arguments\":{call.Arguments}";
            return $"{{{id}\"function\":{{\"name\":\"{call.Name}\"{arguments}}}}}";
        });
        return Line(new() { ["role"] = "assistant", ["content"] = "", ["tool_calls"] = "CALLS" }).Replace("\"CALLS\"", $"[{string.Join(',', written)}]");
    }

    public string Finish(string reason, ScriptedUsage usage)
    {
        var last = new JsonObject
        {
            ["model"] = "m",
            ["created_at"] = "2026-01-01T00:00:00Z",
            ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = "" },
            ["done"] = true,
            ["done_reason"] = reason == "tool_calls" ? "stop" : reason,
            ["total_duration"] = 5_000_000,
            ["load_duration"] = 1_000_000,
        };
        if (usage.Input is not null) last["prompt_eval_count"] = usage.Input;
        if (usage.Output is not null) last["eval_count"] = usage.Output;
        return last.ToJsonString(Json.Unescaped) + "\n";
    }

    public string Error(string code) => Refusal(code, "it broke") + "\n";

    public string Refusal(string code, string message) => new JsonObject { ["error"] = $"{code}: {message}" }.ToJsonString();

    private static string Line(JsonObject message) => new JsonObject
    {
        ["model"] = "m",
        ["created_at"] = "2026-01-01T00:00:00Z",
        ["message"] = message,
        ["done"] = false,
    }.ToJsonString(Json.Unescaped) + "\n";
}
