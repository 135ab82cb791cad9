using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Engine.Prompts;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using static Millrace.Tests.Providers.ToolFixture;
using Effort = Millrace.Contracts.ReasoningEffort;

namespace Millrace.Tests.Providers;

/// <summary>How calls and results go out on each wire.</summary>
[Integration]
public sealed class ToolMessageTests
{
    private const string Arguments = """{"a":1.0,"b":1e3,"c":12345678901234567890,"d":"é\n\"🌾\u2028","e":[null,true,{}]}""";

    private static readonly SessionMessage[] Round =
    [
        new() { Role = MessageRole.User, Text = "Both, please." },
        new() { Role = MessageRole.Assistant, Text = " Let me see.\n ", ToolCalls = [new("call_1", "find", Arguments), new("call_2", "now", "{}")] },
        new() { Role = MessageRole.Tool, Text = "", ToolResults = [new("call_1", """{"n":1.0}"""), new("call_2", "it broke", IsError: true)] },
    ];

    [Fact]
    public async Task OpenAI_gets_calls_and_one_tool_message_for_each_result() => await AssertMessagesAsync(Wire.OpenAI, """
        [{"role":"system","content":"Be brief."},{"role":"user","content":"Both, please."},
         {"role":"assistant","content":" Let me see.\n ","tool_calls":[
           {"id":"call_1","type":"function","function":{"name":"find","arguments":ARGUMENTS}},{"id":"call_2","type":"function","function":{"name":"now","arguments":"{}"}}]},
         {"role":"tool","tool_call_id":"call_1","content":"{\"n\":1.0}"},{"role":"tool","tool_call_id":"call_2","content":"Error: it broke"}]
        """);

    [Fact]
    public async Task Anthropic_gets_blocks_and_all_results_in_one_message_of_the_user() => await AssertMessagesAsync(Wire.Anthropic, """
        [{"role":"user","content":[{"type":"text","text":"Both, please."}]},
         {"role":"assistant","content":[{"type":"text","text":" Let me see.\n "},
           {"type":"tool_use","id":"call_1","name":"find","input":GIVEN},{"type":"tool_use","id":"call_2","name":"now","input":{}}]},
         {"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","is_error":false,"content":"{\"n\":1.0}"},
           {"type":"tool_result","tool_use_id":"call_2","is_error":true,"content":"Error: it broke"}]}]
        """);

    [Fact]
    public async Task Ollama_gets_objects_and_results_by_the_tools_names() => await AssertMessagesAsync(Wire.Ollama, """
        [{"role":"system","content":"Be brief."},{"role":"user","content":"Both, please."},
         {"role":"assistant","content":" Let me see.\n ","tool_calls":[
           {"id":"call_1","function":{"index":0,"name":"find","arguments":GIVEN}},{"id":"call_2","function":{"index":1,"name":"now","arguments":{}}}]},
         {"role":"tool","tool_name":"find","content":"{\"n\":1.0}"},{"role":"tool","tool_name":"now","content":"Error: it broke"}]
        """);

    [Theory, EachWire]
    public async Task Calls_without_a_word_and_what_cancels_and_imports_leave_are_valid_on_each_wire(Wire wire)
    {
        var odd = new string('x', 60);
        SessionMessage[] messages =
        [
            User("1"), Calls(("same", "find"), ("same", "now")), Results(("same", "r1"), ("same", "r2"), ("nobody's", "r3")),
            Calls(("same", "find"), ("functions.find:0", "spaced out")), // a result of each is lost
            User("2"), Results(("late", "r4")), Calls((odd, "find")), Results((odd, "r5")), Assistant("done"), User("3"), Calls(("lost", "now")), User("4"),
        ];

        var call = await SentAsync(wire, [.. CallPairs.Mend(messages).SelectMany(NativeMessage.Of)]);

        WireRules.AssertValid(wire, call);
        foreach (var told in new[] { "r1", "r2", "r5" }) Assert.Contains($"\"{told}\"", call.RawBody, StringComparison.Ordinal);
        Assert.DoesNotContain("r3", call.RawBody, StringComparison.Ordinal);
        Assert.DoesNotContain("r4", call.RawBody, StringComparison.Ordinal);
        Assert.Equal(3, call.RawBody.Split("No result of this call was recorded").Length - 1);
        Assert.Equal(call.RawBody, (await SentAsync(wire, [.. CallPairs.Mend(messages).SelectMany(NativeMessage.Of)])).RawBody);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    public async Task Anthropic_gets_thoughts_back_as_it_proved_them_and_no_empty_text_beside_them(string text)
    {
        await using var server = await ScriptedProvider.StartAsync(Wire.Anthropic);
        server.Respond(call => call.Thinking("I wonder. ", "c2ln+/==").RedactedThinking("aGlkZGVu").Thinking("", "b25seQ==").Text("x").Stop());
        using var provider = server.Provider(Wire.Anthropic);
        var said = (await provider.Ask().ReadAsync()).SelectMany(update => update.Contents).OfType<TextReasoningContent>();
        var kept = new List<TextReasoningContent>();
        foreach (var piece in said) // as a step keeps it
        {
            var proof = string.IsNullOrEmpty(piece.ProtectedData) ? null : piece.ProtectedData;
            if (kept is [.., { ProtectedData: null } last]) kept[^1] = new(last.Text + piece.Text) { ProtectedData = proof };
            else if (piece.Text.Length > 0 || proof is not null) kept.Add(new(piece.Text) { ProtectedData = proof });
        }

        ChatMessage[] messages = [new(ChatRole.User, "?"), new(ChatRole.Assistant, [.. kept, new TextContent(text), new FunctionCallContent("c", "now")]), new(ChatRole.Tool, [new FunctionResultContent("c", "r")])];
        await provider.Ask(null, messages: messages, tools: [Now]).ReadAsync();

        Assert.Equal(
            """[{"type":"thinking","thinking":"I wonder. ","signature":"c2ln\u002B/=="},{"type":"redacted_thinking","data":"aGlkZGVu"},{"type":"thinking","thinking":"","signature":"b25seQ=="},{"type":"tool_use","id":"c","name":"now","input":{}}]""",
            Canonical(server.Calls[1].Body.GetProperty("messages")[1].GetProperty("content")));
        WireRules.AssertValid(Wire.Anthropic, server.Calls[1]);
    }

    [Theory]
    [InlineData("extended", false)]
    [InlineData("adaptive", true)]
    public async Task A_round_that_another_provider_began_is_ended_without_a_thinking_budget(string thinking, bool thinks)
    {
        var call = await SentAsync(Wire.Anthropic, [.. Round.SelectMany(NativeMessage.Of)], new() { ReasoningEffort = Effort.Low }, thinking);
        var next = await SentAsync(Wire.Anthropic, [.. Round.Append(User("And now?")).SelectMany(NativeMessage.Of)], new() { ReasoningEffort = Effort.Low }, thinking);

        ChatMessage[] own = [new(ChatRole.User, "?"), new(ChatRole.Assistant, [new TextReasoningContent("x") { ProtectedData = "c2ln" }, new FunctionCallContent("c", "now")]), new(ChatRole.Tool, [new FunctionResultContent("c", "r")])];
        Assert.True((await SentAsync(Wire.Anthropic, own, new() { ReasoningEffort = Effort.Low }, thinking)).Body.TryGetProperty("thinking", out _));
        Assert.Equal((thinks, true), (call.Body.TryGetProperty("thinking", out _), next.Body.TryGetProperty("thinking", out _)));
    }

    [Fact]
    public async Task Anthropic_is_told_of_tools_that_are_in_the_history_and_not_offered_any_more()
    {
        await using var server = await ScriptedProvider.StartAsync(Wire.Anthropic);
        using var provider = server.Provider(Wire.Anthropic);

        await provider.Ask(null, messages: [.. Round.Append(User("And now?")).SelectMany(NativeMessage.Of)]).ReadAsync();

        WireRules.AssertValid(Wire.Anthropic, server.Calls[0]);
        Assert.Equal(["find", "now"], server.Calls[0].Body.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString()));
        Assert.Equal("none", server.Calls[0].Body.GetProperty("tool_choice").GetProperty("type").GetString());
    }

    private static SessionMessage User(string text) => new() { Role = MessageRole.User, Text = text };

    private static SessionMessage Assistant(string text) => new() { Role = MessageRole.Assistant, Text = text };

    private static SessionMessage Calls(params (string Id, string Name)[] calls) =>
        new() { Role = MessageRole.Assistant, Text = "", ToolCalls = [.. calls.Select(call => new ToolCall(call.Id, call.Name, "{}"))] };

    private static SessionMessage Results(params (string Id, string Text)[] results) =>
        new() { Role = MessageRole.Tool, Text = "", ToolResults = [.. results.Select(result => new ToolResult(result.Id, result.Text))] };

    private static async Task AssertMessagesAsync(Wire wire, string expected)
    {
        var call = await SentAsync(wire, [new(ChatRole.System, "Be brief."), .. Round.SelectMany(NativeMessage.Of)]);
        WireRules.AssertValid(wire, call);
        var messages = JsonNode.Parse(call.Body.GetProperty("messages").GetRawText())!.AsArray();
        expected = expected.Replace("GIVEN", Arguments, StringComparison.Ordinal);
        if (wire is Wire.OpenAI)
        {
            // Arguments are a text there: compared as the value that it holds, and number by number below
            var sent = messages[2]!["tool_calls"]![0]!["function"]!.AsObject();
            AssertNumbersKept((string)sent["arguments"]!);
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Arguments), JsonNode.Parse((string)sent["arguments"]!)));
            sent["arguments"] = "ARGUMENTS";
            expected = expected.Replace("ARGUMENTS", "\"ARGUMENTS\"", StringComparison.Ordinal);
        }
        else
        {
            AssertNumbersKept(call.RawBody);
        }
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), messages), messages.ToJsonString());
        if (wire is Wire.Anthropic) Assert.Contains("Be brief.", call.Body.GetProperty("system").GetRawText(), StringComparison.Ordinal);
    }

    private static void AssertNumbersKept(string json) =>
        Assert.All(new[] { "\"a\":1.0,", "\"b\":1e3,", "\"c\":12345678901234567890," }, number => Assert.Contains(number, json, StringComparison.Ordinal));

    private static async Task<ScriptedCall> SentAsync(Wire wire, IReadOnlyList<ChatMessage> messages, GenerationOptions? options = null, string thinking = "adaptive")
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        using var provider = server.Provider(wire, set => set.Thinking = thinking);
        await provider.Ask(null, messages: messages, options: options, tools: [Find, Now]).ReadAsync();
        return server.Calls[0];
    }

    private static string Canonical(JsonElement blocks) => new JsonArray([.. blocks.EnumerateArray().Select(block =>
        (JsonNode)new JsonObject(new[] { "type", "thinking", "signature", "data", "text", "id", "name", "input" }.Where(name => block.TryGetProperty(name, out _))
            .Select(name => KeyValuePair.Create(name, JsonNode.Parse(block.GetProperty(name).GetRawText())))))]).ToJsonString();
}
