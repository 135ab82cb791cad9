using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Tests.Fleet;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway.OpenAI;

/// <summary>Whatever this API answers can be a part of the next request, as it is.</summary>
[Collection(GatewayFleet.Name)]
[Integration]
public sealed class SentBackTests(GatewayFleet given)
{
    private static readonly Dictionary<string, Action<ScriptedCall>> Answers = new()
    {
        ["text"] = call => call.Text("Hello.").Stop(),
        ["nothing"] = call => call.Stop(),
        ["thoughts"] = call => call.Reasoning("Hm.").Stop(),
        ["thoughts and text"] = call => call.Reasoning("Hm.").Text("Hello.").Stop(),
        ["calls"] = call => call.ToolCalls(5, new("own", """{"a":1}""", "call_a"), new("own", "{}", "call_b")).Finish("tool_calls"),
        ["text and a call"] = call => call.Reasoning("Hm.").Text("One moment.").ToolCall("own", "{}").Finish("tool_calls"),
        ["a part"] = call => call.Text("Hel").Finish("length"),
        ["a filtered part"] = call => call.Text("Hel").Finish("content_filter"),
    };

    private readonly FleetFixture fleet = given.Fleet;

    public static TheoryData<string> Kinds => [.. Answers.Keys];

    private List<JsonElement> Sent => [.. fleet.Provider.Calls[^1].Body.GetProperty("messages").EnumerateArray()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_chats_message_is_taken_as_a_turn(string kind)
    {
        var first = await ChatAsync(Answers[kind], new JsonObject { ["role"] = "user", ["content"] = "Hi." });
        var message = JsonNode.Parse(first.GetProperty("choices")[0].GetProperty("message").GetRawText())!;
        var results = (message["tool_calls"]?.AsArray() ?? []).Select(call => (JsonNode)new JsonObject { ["role"] = "tool", ["tool_call_id"] = (string)call!["id"]!, ["content"] = "Done." });

        await ChatAsync(call => call.Text("Bye.").Stop(),
            [new JsonObject { ["role"] = "user", ["content"] = "Hi." }, message.DeepClone(), .. results, new JsonObject { ["role"] = "user", ["content"] = "And?" }]);

        AssertConversation(kind);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_items_of_a_response_are_taken_as_turns(string kind)
    {
        var first = await ResponseAsync(Answers[kind], new() { ["input"] = "Hi." });
        var items = first.GetProperty("output").EnumerateArray().ToList();
        var results = items.Where(item => item.Text("type") == "function_call")
            .Select(item => (JsonNode)new JsonObject { ["type"] = "function_call_output", ["call_id"] = item.Text("call_id"), ["output"] = "Done." });

        await ResponseAsync(call => call.Text("Bye.").Stop(), new()
        {
            ["input"] = new JsonArray(
            [
                new JsonObject { ["role"] = "user", ["content"] = "Hi." }, .. items.Select(item => JsonNode.Parse(item.GetRawText())), .. results,
                new JsonObject { ["role"] = "user", ["content"] = "And?" },
            ]),
        });

        AssertConversation(kind);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_response_that_has_ended_with_an_answer_can_be_gone_on_from(string kind)
    {
        var first = await ResponseAsync(Answers[kind], new() { ["input"] = "Hi." });
        var results = first.GetProperty("output").EnumerateArray().Where(item => item.Text("type") == "function_call")
            .Select(item => (JsonNode)new JsonObject { ["type"] = "function_call_output", ["call_id"] = item.Text("call_id"), ["output"] = "Done." });

        await ResponseAsync(call => call.Text("Bye.").Stop(), new()
        {
            ["previous_response_id"] = first.Text("id"),
            ["input"] = new JsonArray([.. results, new JsonObject { ["role"] = "user", ["content"] = "And?" }]),
        });

        AssertConversation(kind);
    }

    [Theory]
    [InlineData("""[{"role":"user","content":""}]""", """["user:"]""")]
    [InlineData("""[{"role":"system","content":""},{"role":"user","content":[]}]""", """["user:"]""")]
    [InlineData("""[{"role":"user","content":"Hi."},{"role":"assistant","content":"The answer is"}]""", """["user:Hi.","assistant:The answer is"]""")]
    [InlineData("""[{"role":"system","content":"Say hello."}]""", """["system:Say hello."]""")]
    [InlineData("""[{"role":"user","content":"Hi."},{"role":"assistant","content":null,"refusal":"No."},{"role":"user","content":"Please."}]""", """["user:Hi.","assistant:No.","user:Please."]""")]
    [InlineData("""[{"role":"assistant","content":[{"type":"refusal","refusal":"No."}]},{"role":"user","content":"Please."}]""", """["assistant:No.","user:Please."]""")]
    public async Task What_the_provider_takes_goes_through(string messages, string expected)
    {
        await ChatAsync(call => call.Text("Yes.").Stop(), [.. JsonNode.Parse(messages)!.AsArray().Select(message => message!.DeepClone())]);

        Assert.Equal(JsonSerializer.Deserialize<string[]>(expected), Sent.Select(message => $"{message.Text("role")}:{Spoken(message)}"));
    }

    [Fact]
    public async Task Calls_without_their_results_are_no_end()
    {
        var calls = new[] { new { id = "c", type = "function", function = new { name = "own", arguments = "{}" } } };

        var refused = await given.Http.PostAsync("/v1/chat/completions", new { model = "scripted/m", messages = new object[] { new { role = "assistant", tool_calls = calls } } }, HttpStatusCode.BadRequest);

        Assert.Contains("results must follow", refused.GetProperty("error").Text("message"), StringComparison.Ordinal);
    }

    /// <summary>What was said is there, what was thought too, each call has its result, and what was not said is nothing.</summary>
    private void AssertConversation(string kind)
    {
        var replies = Sent.Where(message => message.Text("role") == "assistant").ToList();
        Assert.Equal(["user", "user"], Sent.Where(message => message.Text("role") == "user").Select(message => message.Text("role")));
        if (kind is "nothing" or "thoughts")
        {
            Assert.Empty(replies);
            return;
        }
        var reply = Assert.Single(replies);
        Assert.Equal(kind switch { "calls" => "", "text and a call" => "One moment.", "a part" or "a filtered part" => "Hel", _ => "Hello." }, Spoken(reply));
        Assert.Equal(kind is "thoughts and text" or "text and a call" ? "Hm." : null, reply.TryGetProperty("reasoning_content", out var thoughts) ? thoughts.GetString() : null);
        var calls = reply.TryGetProperty("tool_calls", out var made) ? made.EnumerateArray().Select(call => call.Text("id")).ToList() : [];
        Assert.Equal(calls, Sent.Where(message => message.Text("role") == "tool").Select(message => message.Text("tool_call_id")));
    }

    private static string Spoken(JsonElement message) => !message.TryGetProperty("content", out var content) ? "" : content.ValueKind switch
    {
        JsonValueKind.String => content.GetString()!,
        JsonValueKind.Array => string.Concat(content.EnumerateArray().Select(part => part.Text("text"))),
        _ => "",
    };

    private async Task<JsonElement> ChatAsync(Action<ScriptedCall> answer, params JsonNode[] messages)
    {
        fleet.Provider.Respond(answer);
        var tools = new[] { new { type = "function", function = new { name = "own", parameters = new { type = "object" } } } };
        return await given.Http.PostAsync("/v1/chat/completions", new { model = "scripted/m", messages = new JsonArray(messages), tools });
    }

    private async Task<JsonElement> ResponseAsync(Action<ScriptedCall> answer, JsonObject body)
    {
        fleet.Provider.Respond(answer);
        body["model"] = "scripted/m";
        body["tools"] = new JsonArray(new JsonObject { ["type"] = "function", ["name"] = "own", ["parameters"] = new JsonObject { ["type"] = "object" } });
        return await given.Http.PostAsync("/v1/responses", body);
    }
}
