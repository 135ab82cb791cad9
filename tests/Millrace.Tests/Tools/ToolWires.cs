using System.Text.Json;
using Millrace.Tests.ScriptedProviders;

namespace Millrace.Tests.Tools;

/// <summary>What tests look at in the requests of any wire.</summary>
internal static class ToolWires
{
    public static Wire WireOf(string provider) => provider switch
    {
        "anthropic" => Wire.Anthropic,
        "ollama" => Wire.Ollama,
        _ => Wire.OpenAI,
    };

    /// <summary>True when the last that a request says is what tools have answered.</summary>
    public static bool HasResults(ScriptedCall call)
    {
        var last = call.Body.GetProperty("messages").EnumerateArray().Last();
        return last.GetProperty("role").GetString() == "tool"
            || (last.GetProperty("content") is { ValueKind: JsonValueKind.Array } blocks && blocks[0].GetProperty("type").GetString() == "tool_result");
    }

    /// <summary>The requests that hold a text, each one valid on its provider's wire.</summary>
    public static IReadOnlyList<ScriptedCall> ValidCalls(this ToolFleet given, string provider, string marker)
    {
        var calls = given.Server(provider).Calls.Where(call => call.RawBody.Contains(marker, StringComparison.Ordinal)).ToList();
        foreach (var call in calls) WireRules.AssertValid(WireOf(provider), call);
        return calls;
    }

    /// <summary>How often a text comes in a request.</summary>
    public static int Times(this ScriptedCall call, string text) => call.RawBody.Split(text).Length - 1;
}
