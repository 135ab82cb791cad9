using System.Text.Json;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Gateway.GatewayCalls;

namespace Millrace.Tests.Gateway.OpenAI;

/// <summary>A turn of the Codex CLI, version 0.171.0, after a command was run and a picture looked at; long texts are cut.</summary>
[Collection(GatewayFleet.Name)]
[Integration]
public sealed class CodexRequestTests(GatewayFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Fact]
    public async Task It_is_taken_as_it_is()
    {
        const string Tool = "multi_agent_v1__close_agent";
        fleet.Provider.Respond(call => call.Reasoning("Hm.").ToolCall(Tool, """{"target":"a"}""").Finish("tool_calls"));
        var body = JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(TestPaths.Repository, "tests/openai/codex-turn.json")));

        var events = await given.Http.EventsAsync(Post("/v1/responses", body)).Select(told => JsonElement.Parse(told.Data)).ToListAsync();

        var sent = fleet.Provider.Calls[^1].Body;
        var messages = sent.GetProperty("messages").EnumerateArray().ToList();
        Assert.Contains("exec_command", sent.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("function").Text("name")));
        Assert.Equal(["system", "system", "user", "user", "assistant", "tool", "tool", "user"], messages.Select(message => message.Text("role")));
        Assert.Contains("image_url", messages[7].GetRawText(), StringComparison.Ordinal);
        var output = events[^1].GetProperty("response").GetProperty("output");
        Assert.Equal(("response.completed", "summary_text"), (events[^1].Text("type"), output[0].GetProperty("summary")[0].Text("type")));
        Assert.Equal(("function_call", "multi_agent_v1", "close_agent"), (output[1].Text("type"), output[1].Text("namespace"), output[1].Text("name")));
    }
}
