using System.Text.Json;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway.OpenAI;

/// <summary>OpenAI's own client, pointed at the gateway by its base URL and nothing else.</summary>
[Collection(EmbeddedServer.Name)]
[Integration]
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
        AssertRefused(told.GetProperty("hot"), "BadRequestError", 400, "invalid_request", "temperature");
        Assert.Contains("temperature is 5; it must be between 0 and 2", told.GetProperty("hot").Text("message"), StringComparison.Ordinal);
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

    [Fact]
    public async Task A_batch_is_uploaded_made_polled_downloaded_listed_and_deleted()
    {
        var told = await RunAsync("batches");

        var (file, created, ended) = (told.GetProperty("file"), told.GetProperty("created"), told.GetProperty("ended"));
        Assert.Equal(("file", "batch", "lines.jsonl", "processed", 7200), (file.Text("object"), file.Text("purpose"), file.Text("filename"), file.Text("status"), file.Number("expires_at") - file.Number("created_at")));
        Assert.Equal(("batch", "validating", "24h", "17", 24 * 3600), (created.Text("object"), created.Text("status"), created.Text("completion_window"), created.GetProperty("metadata").Text("job"), created.Number("expires_at") - created.Number("created_at")));
        Assert.Equal((3, 2, 1), (ended.GetProperty("request_counts").Number("total"), ended.GetProperty("request_counts").Number("completed"), ended.GetProperty("request_counts").Number("failed")));
        Assert.Equal(26, ended.GetProperty("usage").Number("total_tokens"));
        Assert.All(["in_progress_at", "finalizing_at", "completed_at"], name => Assert.Equal(JsonValueKind.Number, ended.GetProperty(name).ValueKind));
        Assert.All(["failed_at", "expired_at", "cancelled_at", "errors"], name => Assert.Equal(JsonValueKind.Null, ended.GetProperty(name).ValueKind));
        var output = told.GetProperty("output").EnumerateArray().OrderBy(line => line.Text("custom_id")).ToList();
        Assert.Equal(["a", "b"], output.Select(line => line.Text("custom_id")));
        Assert.All(output, line => Assert.Equal((200, Reply), (line.GetProperty("response").Number("status_code"), line.GetProperty("response").GetProperty("body").GetProperty("choices")[0].GetProperty("message").Text("content"))));
        var error = Assert.Single(told.GetProperty("errors").EnumerateArray());
        Assert.Equal(("c", 502, "authentication"), (error.Text("custom_id"), error.GetProperty("response").Number("status_code"), error.GetProperty("response").GetProperty("body").GetProperty("error").Text("code")));
        Assert.Equal("batch_output", told.GetProperty("outputFile").Text("purpose"));
        Assert.True(told.GetProperty("outputFile").Number("bytes") > 100);
        Assert.Contains(ended.Text("id"), told.GetProperty("listed").EnumerateArray().Select(id => id.GetString()!));
        Assert.All(["output_file_id", "error_file_id"], name => Assert.Contains(ended.Text(name), told.GetProperty("files").EnumerateArray().Select(id => id.GetString()!)));
        Assert.Equal(["a", "b", "c"], told.GetProperty("input").EnumerateArray().Select(line => line.Text("custom_id")));
        Assert.All(told.GetProperty("deleted").EnumerateArray(), deleted => Assert.True(deleted.GetProperty("deleted").GetBoolean()));
        AssertRefused(told.GetProperty("gone"), "NotFoundError", 404, "file_not_found", "id");
        AssertRefused(told.GetProperty("noBatch"), "NotFoundError", 404, "batch_not_found", "id");
        AssertRefused(told.GetProperty("purpose"), "BadRequestError", 400, "invalid_value", "purpose");
    }

    [Fact]
    public async Task A_batch_that_is_cancelled_keeps_what_was_answered()
    {
        var told = await RunAsync("cancelBatch");

        Assert.Equal(("cancelling", "cancelled"), (told.Text("told"), told.Text("twice")));
        Assert.Equal("quick", Assert.Single(told.GetProperty("output").EnumerateArray()).Text("custom_id"));
        var errors = told.GetProperty("errors").EnumerateArray().ToList();
        Assert.Equal(["slow", "slower"], errors.Select(line => line.Text("custom_id")).Order());
        Assert.All(errors, line => Assert.Equal((JsonValueKind.Null, "batch_cancelled"), (line.GetProperty("response").ValueKind, line.GetProperty("error").Text("code"))));
        Assert.Equal(JsonValueKind.Number, told.GetProperty("ended").GetProperty("cancelling_at").ValueKind);
        Assert.Equal(JsonValueKind.Number, told.GetProperty("ended").GetProperty("cancelled_at").ValueKind);
    }

    [Fact]
    public async Task A_batch_of_a_bad_file_says_which_line_is_wrong()
    {
        var failed = await RunAsync("badBatch");

        var fault = Assert.Single(failed.GetProperty("errors").GetProperty("data").EnumerateArray());
        Assert.Equal(("duplicate_custom_id", 2, "custom_id"), (fault.Text("code"), fault.Number("line"), fault.Text("param")));
        Assert.Equal((JsonValueKind.Number, JsonValueKind.Null, 0), (failed.GetProperty("failed_at").ValueKind, failed.GetProperty("output_file_id").ValueKind, failed.GetProperty("request_counts").Number("total")));
    }

    private Task<JsonElement> RunAsync(string scenario) => OfficialClient.RunAsync(server.Url, scenario);

    private static void AssertRefused(JsonElement refused, string kind, int? status, string code, string? param) => Assert.Equal(
        (kind, status, code, param),
        (refused.Text("kind"), refused.GetProperty("status") is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null, refused.Text("code"), refused.GetProperty("param").GetString()));
}
