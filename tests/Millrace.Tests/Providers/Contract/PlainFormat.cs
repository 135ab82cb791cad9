using System.Text.Json.Nodes;
using Millrace.Tests.ScriptedProviders;

namespace Millrace.Tests.Providers.Contract;

/// <summary>How the server of <see cref="PlainKind"/> writes: <c>{"text":"Hel"}</c>, a line for each piece.</summary>
internal sealed class PlainFormat : IWireFormat
{
    public string ContentType => "application/x-ndjson";

    public string BasePath => "";

    public string Begin(ScriptedUsage usage) => "";

    public string Text(string text) => Line(new() { ["text"] = text });

    public string Reasoning(string text) => Line(new() { ["thought"] = text });

    public string ToolCall(string id, string name, string arguments, bool whole)
    {
        var line = Line(new() { ["call"] = new JsonObject { ["id"] = id, ["name"] = name, ["arguments"] = JsonNode.Parse(arguments) } });
        return whole ? line : line[..(line.Length / 2)];
    }

    public string ToolCalls(IReadOnlyList<ScriptedTool> calls, int fragment) =>
        string.Concat(calls.Select(call => ToolCall(call.Id ?? "", call.Name, call.Arguments ?? "{}", whole: true)));

    public string Finish(string reason, ScriptedUsage usage) =>
        Line(new() { ["usage"] = new JsonArray(usage.Input ?? 0, usage.Output ?? 0), ["end"] = reason });

    public string Error(string code) => Line(new() { ["error"] = code });

    public string Refusal(string code, string message) => Line(new() { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } });

    private static string Line(JsonObject line) => line.ToJsonString(ScriptedProviders.Json.Unescaped) + "\n";
}
