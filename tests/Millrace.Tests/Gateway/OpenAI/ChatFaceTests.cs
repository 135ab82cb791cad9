using System.Net;
using System.Text.Json;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Gateway.GatewayCalls;

namespace Millrace.Tests.Gateway.OpenAI;

/// <summary>What of a chat reaches the provider, and what comes back, byte by byte.</summary>
[Collection(GatewayFleet.Name)]
[Integration]
public sealed class ChatFaceTests(GatewayFleet given)
{
    private const string Pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private readonly FleetFixture fleet = given.Fleet;

    private JsonElement Sent => fleet.Provider.Calls[^1].Body;

    [Fact]
    public async Task Every_kind_of_message_and_every_option_reaches_the_provider()
    {
        fleet.Provider.Respond(call => call.Text("""{"sky":"blue"}""").Usage(9, 2).Stop());

        var answer = await given.Http.PostAsync("/v1/chat/completions", new
        {
            model = "scripted/gpt-4o",
            messages = new object[]
            {
                new { role = "developer", content = "Be terse." },
                new { role = "user", content = new object[] { new { type = "text", text = "What is this?" }, new { type = "image_url", image_url = new { url = $"data:image/png;base64,{Pixel}" } } } },
                new { role = "assistant", content = (string?)null, tool_calls = new[] { new { id = "call_1", type = "function", function = new { name = "look", arguments = "{\"at\":1}" } } } },
                new { role = "tool", tool_call_id = "call_1", content = "A sky." },
                new { role = "user", content = "So?" },
            },
            max_completion_tokens = 50,
            temperature = 0.25,
            top_p = 0.5,
            stop = "END",
            seed = 7,
            presence_penalty = 0.5,
            frequency_penalty = -0.5,
            response_format = new { type = "json_schema", json_schema = new { name = "answer", schema = new { type = "object", properties = new { sky = new { type = "string" } } } } },
            user = "somebody",
            store = true,
            metadata = new { project = "x" },
        });

        Assert.Equal("""{"sky":"blue"}""", answer.GetProperty("choices")[0].GetProperty("message").Text("content"));
        Assert.Equal("scripted/gpt-4o", answer.Text("model"));
        Assert.Equal((9, 2, 11), (Usage(answer, "prompt_tokens"), Usage(answer, "completion_tokens"), Usage(answer, "total_tokens")));
        var messages = Sent.GetProperty("messages").EnumerateArray().ToList();
        Assert.Equal(["user", "assistant", "tool", "user"], messages.Skip(1).Select(message => message.Text("role")));
        Assert.Contains(Pixel, messages[1].GetRawText(), StringComparison.Ordinal);
        Assert.Equal(("call_1", "A sky."), (messages[3].Text("tool_call_id"), messages[3].Text("content")));
        Assert.Equal("gpt-4o", Sent.Text("model"));
        Assert.Equal((0.25, 0.5, 7, 0.5, -0.5), (Number("temperature"), Number("top_p"), (int)Number("seed"), Number("presence_penalty"), Number("frequency_penalty")));
        Assert.Contains("END", Sent.GetProperty("stop").GetRawText(), StringComparison.Ordinal);
        Assert.Contains("sky", Sent.GetProperty("response_format").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_has_the_frames_that_clients_expect()
    {
        fleet.Provider.Respond(call => call.Text("Hel", "lo.").Usage(5, 2).Stop());

        var frames = await given.Http.EventsAsync(Post("/v1/chat/completions", new
        {
            model = "scripted/m",
            stream = true,
            stream_options = new { include_usage = true },
            messages = new[] { new { role = "user", content = "Hi." } },
        })).ToListAsync();

        Assert.All(frames, frame => Assert.Equal("message", frame.EventType));
        Assert.Equal("[DONE]", frames[^1].Data);
        var chunks = frames.SkipLast(1).Select(frame => JsonElement.Parse(frame.Data)).ToList();
        Assert.Single(chunks.Select(chunk => (chunk.Text("id"), chunk.Text("created"), chunk.Text("object"))).Distinct());
        Assert.Equal("assistant", chunks[0].GetProperty("choices")[0].GetProperty("delta").Text("role"));
        Assert.Equal("Hello.", string.Concat(chunks.SkipLast(1).Select(Content)));
        Assert.Equal(["stop"], chunks.SkipLast(1).Select(chunk => chunk.GetProperty("choices")[0].GetProperty("finish_reason").GetString()).OfType<string>());
        Assert.All(chunks.SkipLast(1), chunk => Assert.Equal(JsonValueKind.Null, chunk.GetProperty("usage").ValueKind));
        Assert.Equal((0, 7), (chunks[^1].GetProperty("choices").GetArrayLength(), Usage(chunks[^1], "total_tokens")));
    }

    [Fact]
    public async Task Calls_of_several_functions_are_told_by_index()
    {
        fleet.Provider.Respond(call => call.Text("One moment. ").ToolCalls(5, new("first", """{"a":"x y"}""", "call_a"), new("second", "{}", "call_b")).Usage(1, 1).Finish("tool_calls"));
        object Tool(string name) => new { type = "function", function = new { name, parameters = new { type = "object" } } };

        var frames = await given.Http.EventsAsync(Post("/v1/chat/completions", new
        {
            model = "scripted/m",
            stream = true,
            tools = new[] { Tool("first"), Tool("second") },
            tool_choice = new { type = "function", function = new { name = "first" } },
            messages = new[] { new { role = "user", content = "Hi." } },
        })).ToListAsync();

        var calls = new Dictionary<int, (string Name, string Arguments)>();
        foreach (var delta in frames.SkipLast(1).Select(frame => JsonElement.Parse(frame.Data).GetProperty("choices")[0].GetProperty("delta")))
        {
            if (!delta.TryGetProperty("tool_calls", out var fragments)) continue;
            var (index, function) = (fragments[0].GetProperty("index").GetInt32(), fragments[0].GetProperty("function"));
            if (function.TryGetProperty("name", out var name)) calls.Add(index, (name.GetString()!, ""));
            calls[index] = calls[index] with { Arguments = calls[index].Arguments + function.Text("arguments") };
        }
        Assert.Equal(("first", """{"a":"x y"}"""), calls[0]);
        Assert.Equal(("second", "{}"), calls[1]);
        Assert.Equal("tool_calls", JsonElement.Parse(frames[^2].Data).GetProperty("choices")[0].Text("finish_reason"));
        Assert.Equal("first", Sent.GetProperty("tool_choice").GetProperty("function").Text("name"));
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "missing_required_parameter", "model")]
    [InlineData("""{"model":"m"}""", "missing_required_parameter", "messages")]
    [InlineData("""{"model":"m","messages":[{"role":"robot","content":"x"}]}""", "invalid_value", "messages[0].role")]
    [InlineData("""{"model":"m","messages":[{"role":"tool","content":"x"}]}""", "missing_required_parameter", "messages[0].tool_call_id")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":[{"type":"input_audio"}]}]}""", "unsupported_parameter", "messages[0].content[0].type")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"logprobs":true}""", "unsupported_parameter", "logprobs")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"web_search"}]}""", "unsupported_parameter", "tools[0].type")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"response_format":{"type":"xml"}}""", "invalid_value", "response_format.type")]
    [InlineData("""{"model":"m","messages":"x"}""", "invalid_json", "messages")]
    [InlineData("""{"model":"m","messages":[null]}""", "invalid_value", "messages[0].role")]
    [InlineData("""{"model":"m","messages":[{"role":"assistant","tool_calls":[null]}]}""", "missing_required_parameter", "messages[0].tool_calls[0].id")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"tool_choice":5}""", "unsupported_parameter", "tool_choice")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_schema","json_schema":"x"}}""", "missing_required_parameter", "response_format.schema")]
    [InlineData("""{"model":"m","messages":[{"role":"system","content":[{"type":"image_url","image_url":{"url":"https://example.com/x.png"}}]}]}""", "unsupported_parameter", "messages[0].content")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"\ud800"}]}""", "invalid_json", "messages[0].content")]
    public async Task What_is_wrong_is_named_in_OpenAIs_shape(string body, string code, string? param)
    {
        using var answer = await given.Http.PostAsync("/v1/chat/completions", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        var error = JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request_error", code, param), (answer.StatusCode, error.Text("type"), error.Text("code"), error.GetProperty("param").GetString()));
        Assert.NotEmpty(error.Text("message"));
    }

    private double Number(string name) => Sent.GetProperty(name).GetDouble();

    private static int Usage(JsonElement completion, string name) => completion.GetProperty("usage").GetProperty(name).GetInt32();

    private static string? Content(JsonElement chunk) => chunk.GetProperty("choices")[0].GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString() : null;
}
