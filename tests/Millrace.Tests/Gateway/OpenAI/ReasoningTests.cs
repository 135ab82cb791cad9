using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Gateway.GatewayCalls;

namespace Millrace.Tests.Gateway.OpenAI;

/// <summary>What a model thinks, on its way out and back.</summary>
[Collection(GatewayFleet.Name)]
[Integration]
public sealed class ReasoningTests(GatewayFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_chat_shows_it_whole_and_streamed(bool stream)
    {
        Think();
        var body = new { model = "scripted/m", stream, messages = new[] { new { role = "user", content = "Hi." } } };

        var thoughts = stream
            ? string.Concat((await given.Http.EventsAsync(Post("/v1/chat/completions", body)).ToListAsync()).SkipLast(1).Select(frame => Delta(JsonElement.Parse(frame.Data))))
            : (await given.Http.PostAsync("/v1/chat/completions", body)).GetProperty("choices")[0].GetProperty("message").Text("reasoning_content");

        Assert.Equal("Let me see. Yes.", thoughts);
    }

    [Fact]
    public async Task A_response_puts_it_into_the_summary_for_those_who_asked_for_one()
    {
        Think();
        var body = new { model = "scripted/m", input = "Hi.", stream = true, reasoning = new { summary = "auto" }, include = new[] { "reasoning.encrypted_content" } };
        var events = await given.Http.EventsAsync(Post("/v1/responses", body)).Select(told => JsonElement.Parse(told.Data)).ToListAsync();

        Assert.Equal(
            ["response.output_item.added", "response.reasoning_summary_part.added", "response.reasoning_summary_text.delta", "response.reasoning_summary_text.done", "response.reasoning_summary_part.done", "response.output_item.done"],
            events.Where(told => told.TryGetProperty("output_index", out var index) && index.GetInt32() == 0).Select(told => told.Text("type")).Distinct());
        Assert.Equal("Let me see. Yes.", string.Concat(events.Where(told => told.Text("type") == "response.reasoning_summary_text.delta").Select(told => told.Text("delta"))));
        var item = events[^1].GetProperty("response").GetProperty("output")[0];
        Assert.Equal(("summary_text", "Let me see. Yes.", 0), (item.GetProperty("summary")[0].Text("type"), item.GetProperty("summary")[0].Text("text"), item.GetProperty("content").GetArrayLength()));

        // what a program that stores nothing sends back
        var seal = new JsonObject { ["type"] = "reasoning", ["summary"] = new JsonArray(), ["encrypted_content"] = item.Text("encrypted_content") };
        Assert.Equal("Let me see. Yes.", await SendBackAsync(seal));
    }

    [Theory]
    [InlineData("""{"type":"reasoning","summary":[{"type":"summary_text","text":"One."},{"type":"summary_text","text":"Two."}]}""", "One.\n\nTwo.")]
    [InlineData("""{"type":"reasoning","summary":[{"type":"summary_text","text":"Short."}],"content":[{"type":"reasoning_text","text":"Long."}]}""", "Long.")]
    [InlineData("""{"type":"reasoning","summary":[],"encrypted_content":"gAAAAAB-of-another-server"}""", null)]
    public async Task Items_that_come_back_are_given_to_the_provider(string item, string? expected) => Assert.Equal(expected, await SendBackAsync(JsonNode.Parse(item)!));

    [Theory]
    [InlineData("reasoning_content")]
    [InlineData("reasoning")]
    public async Task A_chats_thoughts_come_back_under_either_name(string name)
    {
        fleet.Provider.Respond(call => call.Text("Bye.").Stop());
        var reply = new JsonObject { ["role"] = "assistant", ["content"] = "Hello.", [name] = "Hm." };

        await given.Http.PostAsync("/v1/chat/completions", new { model = "scripted/m", messages = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hi." }, reply, new JsonObject { ["role"] = "user", ["content"] = "And?" }) });

        Assert.Equal("Hm.", Reply().Text("reasoning_content"));
    }

    private async Task<string?> SendBackAsync(JsonNode item)
    {
        fleet.Provider.Respond(call => call.Text("Bye.").Stop());
        await given.Http.PostAsync("/v1/responses", new
        {
            model = "scripted/m",
            input = new JsonArray(
                new JsonObject { ["role"] = "user", ["content"] = "Hi." }, item.DeepClone(), new JsonObject { ["role"] = "assistant", ["content"] = "Hello." },
                new JsonObject { ["role"] = "user", ["content"] = "And?" }),
        });
        return Reply().TryGetProperty("reasoning_content", out var thoughts) ? thoughts.GetString() : null;
    }

    private JsonElement Reply() => fleet.Provider.Calls[^1].Body.GetProperty("messages").EnumerateArray().Single(message => message.Text("role") == "assistant");

    private void Think() => fleet.Provider.Respond(call => call.Reasoning("Let me see. ", "Yes.").Text("Hello.").Usage(1, 2).Stop());

    private static string? Delta(JsonElement chunk) => chunk.GetProperty("choices")[0].GetProperty("delta").TryGetProperty("reasoning_content", out var thoughts) ? thoughts.GetString() : null;
}
