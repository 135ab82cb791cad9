using System.Text.Json;
using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.ScriptedProviders;
using static Millrace.Tests.Tools.ToolTalk;
using static Millrace.Tests.Tools.ToolWires;

namespace Millrace.Tests.Tools;

/// <summary>What a caller with tools of its own says and hears.</summary>
internal static class CallerTalk
{
    public static CallerTool LookUp { get; } = new()
    {
        Name = "look_up",
        Description = "Looks it up where the caller is.",
        Parameters = JsonElement.Parse("""{"type":"object","properties":{"what":{"type":"string"}},"required":["what"]}"""),
    };

    public static GenerateRequested Question(string prompt) => FleetFixture.Request(prompt) with { CallerTools = [LookUp] };

    /// <summary>A model that calls the caller's tool, and is done when it has the results.</summary>
    public static void AskCaller(ScriptedCall call, params string[] whats)
    {
        if (HasResults(call)) call.Text("All done.").Usage(3, 2).Stop();
        else call.Text("Let me see. ").ToolCalls(3, [.. whats.Select((what, i) => new ScriptedTool("look_up", Arguments(what), $"theirs_{i}"))]).Usage(10, 5).Finish("tool_calls");
    }

    /// <summary>The calls that a terminal event hands over.</summary>
    public static IReadOnlyList<ToolCall> CallsOf(SeenEvent end) => end.Message.GetProperty("toolCalls").Deserialize<List<ToolCall>>(ContractsJson.Options)!;

    public static PromptMessage Results(params (ToolCall Call, string Text)[] results) =>
        new(MessageRole.Tool, "") { ToolResults = [.. results.Select(result => new ToolResult(result.Call.Id, result.Text))] };

    /// <summary>A conversation so far, as a caller that keeps it itself tells it again.</summary>
    public static IEnumerable<PromptMessage> Before(GenerateRequested asked, SeenEvent end) =>
        [new(MessageRole.User, asked.Prompt!), new(MessageRole.Assistant, end.Text!) { ToolCalls = CallsOf(end) }];
}
