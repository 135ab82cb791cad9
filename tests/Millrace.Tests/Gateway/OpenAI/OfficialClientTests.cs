using System.Text.Json;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway.OpenAI;

/// <summary>OpenAI's own client, pointed at the gateway by its base URL and nothing else.</summary>
[Collection(EmbeddedServer.Name)]
public sealed class OfficialClientTests(EmbeddedServer server)
{
    private const string Reply = "Simulated reply, no model was asked: while over carries where past where";

    [Fact]
    public async Task It_lists_the_models()
    {
        var told = await RunAsync("models");

        Assert.Equal(["simulated/default"], told.GetProperty("ids").EnumerateArray().Select(id => id.GetString()!));
        Assert.Equal(("simulated/default", "model", "simulated"), (told.GetProperty("one").Text("id"), told.GetProperty("one").Text("object"), told.GetProperty("one").Text("owned_by")));
        AssertRefused(told.GetProperty("unknown"), "NotFoundError", 404, "model_not_found", "model");
    }

    [Fact]
    public async Task It_chats_and_streams()
    {
        var told = await RunAsync("chat");

        var (whole, streamed) = (told.GetProperty("whole"), told.GetProperty("streamed"));
        foreach (var completion in new[] { whole, streamed })
        {
            var choice = completion.GetProperty("choices")[0];
            Assert.Equal((Reply, "stop", 13), (choice.GetProperty("message").Text("content"), choice.Text("finish_reason"), completion.GetProperty("usage").GetProperty("total_tokens").GetInt32()));
            Assert.StartsWith("chatcmpl-", completion.Text("id"), StringComparison.Ordinal);
        }
        Assert.Equal(Reply, told.Text("text"));
        Assert.True(told.GetProperty("pieces").GetInt32() > 1);
    }

    [Fact]
    public async Task It_runs_its_own_functions()
    {
        var told = await RunAsync("tools");

        Assert.Equal(["Paris", "Paris"], told.GetProperty("cities").EnumerateArray().Select(city => city.GetString()!));
        Assert.EndsWith("The tools said: Sunny in Paris.", told.Text("text"), StringComparison.Ordinal);
        Assert.Equal(told.Text("text"), told.Text("streamed"));
        Assert.Equal(["user", "assistant", "tool", "assistant"], told.GetProperty("roles").EnumerateArray().Select(role => role.GetString()!));
    }

    [Fact]
    public async Task It_knows_what_was_refused_and_why()
    {
        var told = await RunAsync("errors");

        AssertRefused(told.GetProperty("model"), "NotFoundError", 404, "model_not_found", "model");
        AssertRefused(told.GetProperty("several"), "BadRequestError", 400, "unsupported_parameter", "n");
        AssertRefused(told.GetProperty("hot"), "BadRequestError", 400, "invalid_request", null);
        Assert.Contains("it must be between 0 and 2", told.GetProperty("hot").Text("message"), StringComparison.Ordinal);
        AssertRefused(told.GetProperty("limited"), "RateLimitError", 429, "insufficient_quota", null);
        AssertRefused(told.GetProperty("middle"), "APIError", null, "authentication", null);
        AssertRefused(told.GetProperty("response"), "NotFoundError", 404, "not_found", "response_id");
    }

    [Fact]
    public async Task It_makes_responses_goes_on_from_them_and_deletes_them()
    {
        var told = await RunAsync("responses");

        var (first, second, streamed) = (told.GetProperty("first"), told.GetProperty("second"), told.GetProperty("streamed"));
        Assert.Equal(("completed", "Be short.", "b", 15), (first.Text("status"), first.Text("instructions"), first.GetProperty("metadata").Text("a"), first.GetProperty("usage").GetProperty("total_tokens").GetInt32()));
        Assert.Equal(first.Text("id"), second.Text("previous_response_id"));
        Assert.Equal(14, second.GetProperty("usage").GetProperty("input_tokens").GetInt32()); // the first turn and its answer, without the instructions
        var item = Assert.Single(streamed.GetProperty("output").EnumerateArray());
        Assert.Equal(("message", "completed", Reply), (item.Text("type"), item.Text("status"), item.GetProperty("content")[0].Text("text")));
        Assert.Equal(Reply, told.GetProperty("again").Text("output_text"));
        Assert.Equal(item.Text("id"), told.GetProperty("again").GetProperty("output")[0].Text("id"));
        Assert.Equal(["response.created", "response.queued", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.delta"],
            told.GetProperty("types").EnumerateArray().Select(type => type.GetString()!).Take(6));
        Assert.Equal(["response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"],
            told.GetProperty("types").EnumerateArray().Select(type => type.GetString()!).TakeLast(4));
        Assert.Equal("And?", Assert.Single(told.GetProperty("items").EnumerateArray()).GetProperty("content")[0].Text("text"));
        AssertRefused(told.GetProperty("deleted"), "NotFoundError", 404, "not_found", "response_id");
    }

    [Fact]
    public async Task A_response_hands_calls_back_and_the_next_one_brings_the_results()
    {
        var told = await RunAsync("responseTools");

        Assert.Equal(("get_weather", "{\"city\":\"Paris\"}", "completed"), (told.GetProperty("call").Text("name"), told.GetProperty("call").Text("arguments"), told.GetProperty("call").Text("status")));
        Assert.Equal("get_weather", Assert.Single(told.GetProperty("done").EnumerateArray()).Text("name"));
        Assert.EndsWith("The tools said: Sunny.", told.Text("answered"), StringComparison.Ordinal);
        Assert.Equal("function_call_output", Assert.Single(told.GetProperty("items").EnumerateArray()).Text("type"));
    }

    [Fact]
    public async Task A_background_response_is_polled_to_its_end()
    {
        var told = await RunAsync("background");

        var statuses = told.GetProperty("statuses").EnumerateArray().Select(status => status.GetString()!).ToList();
        Assert.Equal(("queued", "completed"), (statuses[0], statuses[^1]));
        Assert.Equal((Reply, 13), (told.Text("text"), told.GetProperty("usage").GetProperty("total_tokens").GetInt32()));
    }

    [Fact]
    public async Task A_background_response_is_cancelled_and_keeps_what_was_said()
    {
        var told = await RunAsync("cancel");

        Assert.Equal(("cancelled", "cancelled"), (told.GetProperty("cancelled").Text("status"), told.Text("twice")));
        Assert.Equal("incomplete", told.GetProperty("cancelled").GetProperty("output")[0].Text("status"));
        Assert.StartsWith("Simulated reply", told.GetProperty("cancelled").Text("output_text"), StringComparison.Ordinal);
        Assert.Equal("response.output_text.delta", told.Text("last"));
        AssertRefused(told.GetProperty("foreground"), "BadRequestError", 400, "invalid_request", "response_id");
    }

    private Task<JsonElement> RunAsync(string scenario) => OfficialClient.RunAsync(server.Url, scenario);

    private static void AssertRefused(JsonElement refused, string kind, int? status, string code, string? param) => Assert.Equal(
        (kind, status, code, param),
        (refused.Text("kind"), refused.GetProperty("status") is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null, refused.Text("code"), refused.GetProperty("param").GetString()));
}
