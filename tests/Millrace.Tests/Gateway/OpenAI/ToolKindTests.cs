using System.Net;
using System.Text.Json;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Gateway.GatewayCalls;

namespace Millrace.Tests.Gateway.OpenAI;

/// <summary>Tools that are no plain functions, and what comes of them.</summary>
[Collection(GatewayFleet.Name)]
[Integration]
public sealed class ToolKindTests(GatewayFleet given)
{
    private const string Pixel = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private static readonly object[] Tools =
    [
        new { type = "function", name = "plain", parameters = new { type = "object" } },
        new { type = "custom", name = "patch", description = "Changes files.", format = new { type = "grammar", syntax = "lark", definition = "start: /.+/" } },
        new { type = "namespace", name = "agents", description = "Others.", tools = new object[] { new { type = "function", name = "wait", parameters = new { type = "object" } }, new { type = "custom", name = "tell" } } },
        new { type = "web_search", external_web_access = false },
        new { type = "local_shell" },
        new { type = "image_generation", output_format = "png" },
        new { type = "mcp", server_label = "x", server_url = "https://example.com" },
        new { type = "of_next_year" },
    ];

    private readonly FleetFixture fleet = given.Fleet;

    private JsonElement Sent => fleet.Provider.Calls[^1].Body;

    [Fact]
    public async Task Custom_tools_and_namespaces_are_functions_to_the_provider_and_themselves_to_the_caller()
    {
        fleet.Provider.Respond(call => call.ToolCalls(50, new("patch", """{"input":"*** Begin\n"}""", "call_a"), new("agents__wait", """{"s":1}""", "call_b"), new("agents__tell", "\"hi\"", "call_c")).Finish("tool_calls"));
        var events = await given.Http.EventsAsync(Post("/v1/responses", new { model = "scripted/m", input = "Go.", tools = Tools, stream = true })).Select(told => JsonElement.Parse(told.Data)).ToListAsync();

        Assert.Equal(["plain", "patch", "agents__wait", "agents__tell"], Sent.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("function").Text("name")));
        Assert.Contains("start: /.+/", Sent.GetProperty("tools")[1].GetProperty("function").Text("description"), StringComparison.Ordinal);
        var response = events[^1].GetProperty("response");
        var output = response.GetProperty("output").EnumerateArray().ToList();
        Assert.Equal(["custom_tool_call", "function_call", "custom_tool_call"], output.Select(item => item.Text("type")));
        Assert.Equal(("patch", "*** Begin\n"), (output[0].Text("name"), output[0].Text("input")));
        Assert.Equal(("wait", "agents", """{"s":1}"""), (output[1].Text("name"), output[1].Text("namespace"), output[1].Text("arguments")));
        Assert.Equal(("tell", "agents"), (output[2].Text("name"), output[2].Text("namespace")));
        Assert.Equal("*** Begin\n", events.Single(told => told.Text("type") == "response.custom_tool_call_input.done" && told.Number("output_index") == 0).Text("input"));
        Assert.Equal(["function", "custom", "namespace"], response.GetProperty("tools").EnumerateArray().Select(tool => tool.Text("type")));

        fleet.Provider.Respond(call => call.Text("Done.").Stop());
        await given.Http.PostAsync("/v1/responses", new
        {
            model = "scripted/m",
            tools = Tools,
            input = output.Select(item => (object)item).Concat(output.Select(item => (object)new
            {
                type = item.Text("type") + "_output",
                call_id = item.Text("call_id"),
                output = new object[] { new { type = "input_text", text = $"Of {item.Text("name")}." }, new { type = "input_image", image_url = Pixel } },
            })),
        });

        var messages = Sent.GetProperty("messages").EnumerateArray().ToList();
        Assert.Equal(["assistant", "tool", "tool", "tool", "user"], messages.Select(message => message.Text("role")));
        Assert.Equal(["patch", "agents__wait", "agents__tell"], messages[0].GetProperty("tool_calls").EnumerateArray().Select(call => call.GetProperty("function").Text("name")));
        Assert.Equal("*** Begin\n", JsonElement.Parse(messages[0].GetProperty("tool_calls")[0].GetProperty("function").Text("arguments")).Text("input"));
        Assert.Equal("Of wait.", messages[2].Text("content"));
        Assert.Equal(3, messages[4].GetProperty("content").EnumerateArray().Count(part => part.Text("type") == "image_url"));
    }

    [Theory]
    [InlineData("""{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"plain"},{"type":"web_search"}]}""", "required", "plain")]
    [InlineData("""{"type":"allowed_tools","mode":"auto","tools":[{"type":"custom","name":"patch"}]}""", null, "patch")]
    [InlineData("""{"type":"allowed_tools","mode":"required","tools":[{"type":"web_search"}]}""", null, "")]
    [InlineData("""{"type":"custom","name":"patch"}""", "patch", "plain,patch,agents__wait,agents__tell")]
    public async Task A_choice_may_leave_some_of_them(string choice, string? mode, string offered)
    {
        fleet.Provider.Respond(call => call.Text("Done.").Stop());

        await given.Http.PostAsync("/v1/responses", new { model = "scripted/m", input = "Go.", tools = Tools, tool_choice = JsonElement.Parse(choice) });

        Assert.Equal(offered, string.Join(',', Sent.TryGetProperty("tools", out var tools) ? tools.EnumerateArray().Select(tool => tool.GetProperty("function").Text("name")) : []));
        var sent = Sent.TryGetProperty("tool_choice", out var chosen) ? chosen.ValueKind == JsonValueKind.String ? chosen.GetString() : chosen.GetProperty("function").Text("name") : null;
        Assert.Equal(mode, sent);
    }

    [Fact]
    public async Task A_chats_allowed_tools_are_nested()
    {
        fleet.Provider.Respond(call => call.Text("Done.").Stop());
        object Tool(string name) => new { type = "function", function = new { name } };

        await given.Http.PostAsync("/v1/chat/completions", new
        {
            model = "scripted/m",
            messages = new[] { new { role = "user", content = "Go." } },
            tools = new[] { Tool("a"), Tool("b") },
            tool_choice = new { type = "allowed_tools", allowed_tools = new { mode = "auto", tools = new[] { Tool("b") } } },
        });

        Assert.Equal("b", Assert.Single(Sent.GetProperty("tools").EnumerateArray()).GetProperty("function").Text("name"));
    }

    [Fact]
    public async Task A_chats_tool_may_answer_with_a_picture()
    {
        fleet.Provider.Respond(call => call.Text("A pixel.").Stop());

        await given.Http.PostAsync("/v1/chat/completions", new
        {
            model = "scripted/m",
            messages = new object[]
            {
                new { role = "assistant", tool_calls = new[] { new { id = "c", type = "function", function = new { name = "look", arguments = "" } } } },
                new { role = "tool", tool_call_id = "c", content = new[] { new { type = "image_url", image_url = new { url = Pixel } } } },
            },
        });

        Assert.Equal(["assistant", "tool", "user"], Sent.GetProperty("messages").EnumerateArray().Select(message => message.Text("role")));
        Assert.Contains(Pixel, Sent.GetProperty("messages")[2].GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"name":"x"}]""", "tools[0].type")]
    [InlineData("""[{"type":"custom"}]""", "tools[0].name")]
    [InlineData("""[{"type":"namespace","name":"x"}]""", "tools[0].tools")]
    [InlineData("""[{"type":"namespace","name":"x","tools":[{"type":"function"}]}]""", "tools[0].tools[0].name")]
    public async Task What_a_tool_lacks_is_named(string tools, string param)
    {
        var refused = await given.Http.PostAsync("/v1/responses", new { model = "scripted/m", input = "Go.", tools = JsonElement.Parse(tools) }, HttpStatusCode.BadRequest);

        Assert.Equal(("missing_required_parameter", param), (refused.GetProperty("error").Text("code"), refused.GetProperty("error").Text("param")));
    }
}
