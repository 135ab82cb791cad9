using System.Net;
using System.Text.Json;
using Millrace.Tests.Batches;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway;

/// <summary><c>/v1/batches</c> and <c>/api/batches</c>: what goes in, what comes out, and what is refused.</summary>
[Collection(GatewayFleet.Name)]
[Integration]
public sealed class BatchFaceTests(GatewayFleet given)
{
    private const string ResponseLine = """{"custom_id":"r","method":"POST","url":"/v1/responses","body":{"model":"m","input":"respond","max_output_tokens":50}}""";

    /// <summary>Windows' programs like to save files so.</summary>
    [Theory]
    [InlineData("utf-16", true, 1, "The file is in utf-16; a batch's file must be in UTF-8.")]
    [InlineData("utf-16BE", false, 1, "The file is in utf-16be;")]
    [InlineData("iso-8859-1", false, 2, "The line is not UTF-8: the byte 0xFC at ")]
    public async Task A_file_that_is_not_in_UTF8_is_told_so(string encoding, bool marked, int line, string said)
    {
        var known = System.Text.Encoding.GetEncoding(encoding);
        var bytes = known.GetBytes($"{BatchDesk.Line("a", "plain")}\n{{\"custom_id\":\"b\",\"prompt\":\"f\u00fcr\"}}\n");
        using var form = new MultipartFormDataContent
        {
            { new StringContent("batch"), "purpose" },
            { new ByteArrayContent([.. marked ? known.GetPreamble() : [], .. bytes]), "file", "in.jsonl" },
        };
        var file = (await given.Http.SendFormAsync(form, HttpStatusCode.OK)).Text("id");

        var made = await given.Http.PostAsync("/v1/batches", new { input_file_id = file, completion_window = "24h" });
        var batch = await given.Http.EndAsync(made.Text("id"));

        var fault = batch.GetProperty("errors").GetProperty("data")[0];
        Assert.Equal(("failed", "invalid_encoding", line), (batch.Text("status"), fault.Text("code"), (int)fault.Number("line")));
        Assert.StartsWith(said, fault.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_form_of_line_has_its_own_form_of_result_at_any_gateway()
    {
        given.Fleet.Provider.AnswerBatches();
        var made = await given.Http.BatchAsync([BatchDesk.ChatLine("c", "chat"), ResponseLine, BatchDesk.Line("s", "short"), BatchDesk.ChatLine("e", "bad chat"), BatchDesk.Line("f", "bad short")]);

        var batch = await given.Other.EndAsync(made.Text("id"));

        Assert.Equal(("completed", 5, 3, 2), (batch.Text("status"), Count(batch, "total"), Count(batch, "completed"), Count(batch, "failed")));
        var answers = (await given.Other.LinesAsync($"/v1/files/{batch.Text("output_file_id")}/content")).ToDictionary(line => line.Text("custom_id"));
        Assert.Equal(["c", "r", "s"], answers.Keys.Order());
        var (chat, response, plain) = (answers["c"].GetProperty("response"), answers["r"].GetProperty("response"), answers["s"]);
        Assert.Equal(("chat.completion", "said: chat", 5), (chat.GetProperty("body").Text("object"), chat.GetProperty("body").GetProperty("choices")[0].GetProperty("message").Text("content"), chat.GetProperty("body").GetProperty("usage").Number("total_tokens")));
        Assert.Equal(("response", "completed", "said: respond", 50), (response.GetProperty("body").Text("object"), response.GetProperty("body").Text("status"),
            response.GetProperty("body").GetProperty("output")[0].GetProperty("content")[0].Text("text"), response.GetProperty("body").Number("max_output_tokens")));
        Assert.Equal(("said: short", "stop", "scripted", "m", 5), (plain.Text("text"), plain.Text("finish_reason"), plain.Text("provider"), plain.Text("model"), plain.GetProperty("usage").Number("total_tokens")));
        Assert.StartsWith("batch_req_", answers["c"].Text("id"), StringComparison.Ordinal);

        var errors = (await given.Http.LinesAsync($"/v1/files/{batch.Text("error_file_id")}/content")).ToDictionary(line => line.Text("custom_id"));
        Assert.Equal((400, "some_error", JsonValueKind.Null), (errors["e"].GetProperty("response").Number("status_code"), errors["e"].GetProperty("response").GetProperty("body").GetProperty("error").Text("code"), errors["e"].GetProperty("error").ValueKind));
        Assert.Equal("invalid_request", errors["f"].GetProperty("error").Text("code"));
        Assert.Equal(["c", "r", "s"], (await given.Http.LinesAsync($"/v1/files/{batch.Text("output_file_id")}/content?order=input")).Select(line => line.Text("custom_id")));
        Assert.Equal("said: respond", (await given.Http.GetAsync($"/v1/responses/{response.GetProperty("body").Text("id")}", HttpStatusCode.OK)).GetProperty("output")[0].GetProperty("content")[0].Text("text"));
    }

    [Fact]
    public async Task Results_grow_while_the_batch_runs_and_a_reader_goes_on_behind_what_it_has()
    {
        var rest = new TaskCompletionSource();
        given.Fleet.Provider.Respond(call => (BatchDesk.PromptOf(call) == "slow" ? call.HoldUntil(rest.Task) : call).Text("Done.").Stop());
        var made = await given.Http.BatchAsync([BatchDesk.Line("a", "fast"), BatchDesk.Line("dir/b ü", "slow"), BatchDesk.Line("c", "fast")]);
        var path = $"/api/batches/{BatchCalls.NativeId(made.Text("id"))}";

        var running = await given.Http.UntilAsync(path, batch => batch.Number("completed") == 2);
        var early = await given.Http.LinesAsync($"{path}/results");
        var inOrder = await given.Http.LinesAsync($"{path}/results?which=all");
        var line = await given.Other.GetAsync($"{path}/lines/dir/b%20%C3%BC", HttpStatusCode.OK);
        rest.SetResult();
        await given.Http.EndAsync(made.Text("id"));
        var late = await given.Other.LinesAsync($"{path}/results?after=2");

        Assert.Equal(("in_progress", 3), (running.Text("state"), running.Number("total")));
        Assert.True(running.TryGetProperty("estimatedEnd", out _));
        Assert.Equal(["a", "c"], early.Select(result => result.Text("custom_id")).Order());
        Assert.Equal(["a"], inOrder.Select(result => result.Text("custom_id")));
        Assert.Equal(["dir/b ü"], late.Select(result => result.Text("custom_id")));
        Assert.Equal(("released", 2, late[0].Text("generation_id")), (line.Text("state"), line.Number("number"), line.Text("generationId")));
        await given.Http.GetAsync($"/api/generations/{line.Text("generationId")}", HttpStatusCode.OK);
        await given.Http.GetAsync($"{path}/lines/nobody", HttpStatusCode.NotFound);
        Assert.Empty(await given.Http.LinesAsync($"{path}/results?which=errors"));
    }

    [Fact]
    public async Task Failed_lines_run_again_and_a_line_cancelled_by_itself_is_one_of_them()
    {
        var (rest, mended) = (new TaskCompletionSource(), false);
        given.Fleet.Provider.Respond(call => _ = BatchDesk.PromptOf(call) switch
        {
            "bad" when !mended => call.Refuse(400),
            "held" when !mended => call.Text("Half").HoldUntil(rest.Task).Stop(),
            var prompt => call.Text($"said: {prompt}").Stop(),
        });
        var made = await given.Http.BatchAsync([BatchDesk.Line("a", "fine"), BatchDesk.Line("b", "bad"), BatchDesk.Line("c", "held")]);
        var path = $"/api/batches/{BatchCalls.NativeId(made.Text("id"))}";
        await given.Http.UntilAsync(path, batch => batch.Number("total") == 3);
        var held = await given.Http.UntilAsync($"{path}/lines/c", line => line.Text("state") == "released");
        await given.Http.UntilAsync("/api/batches?limit=100", page => page.Data().Any(batch => batch.Text("batchId") == path.Split('/')[^1] && batch.Number("failed") == 1));
        await given.Http.PostAsync($"/api/generations/{held.Text("generationId")}/cancel", null, HttpStatusCode.Accepted);
        await given.Http.EndAsync(made.Text("id"));

        var errors = (await given.Http.LinesAsync($"{path}/results?which=errors")).ToDictionary(line => line.Text("custom_id"), line => line.GetProperty("error").Text("code"));
        mended = true;
        var again = await given.Other.PostAsync($"{path}/retry", new { budget = 100 }, HttpStatusCode.Accepted);
        var ended = await given.Http.EndAsync(made.Text("id"));
        var all = await given.Http.LinesAsync($"{path}/results?which=all");
        var refused = await given.Http.PostAsync($"{path}/retry", new { }, HttpStatusCode.Conflict);

        Assert.Equal(("invalid_request", "cancelled"), (errors["b"], errors["c"]));
        Assert.Equal(("in_progress", 1, 0), (again.Text("state"), again.Number("completed"), again.Number("failed")));
        Assert.Equal((3, 0, JsonValueKind.Null), (Count(ended, "completed"), Count(ended, "failed"), ended.GetProperty("error_file_id").ValueKind));
        Assert.Equal(["said: fine", "said: bad", "said: held"], all.Select(line => line.Text("text")));
        Assert.Equal("nothing_to_retry", refused.Text("code"));
    }

    [Fact]
    public async Task What_no_batch_can_be_made_of_is_refused_with_the_field()
    {
        var file = await given.Http.UploadAsync([BatchDesk.Line("a", "x")]);
        (object Body, HttpStatusCode Status, string Param)[] refused =
        [
            (new { endpoint = "/v1/chat/completions" }, HttpStatusCode.BadRequest, "input_file_id"),
            (new { input_file_id = "file-123" }, HttpStatusCode.NotFound, "input_file_id"),
            (new { input_file_id = $"file-{Guid.NewGuid():N}" }, HttpStatusCode.NotFound, "input_file_id"),
            (new { input_file_id = file, endpoint = "/v1/embeddings" }, HttpStatusCode.BadRequest, "endpoint"),
            (new { input_file_id = file, completion_window = "1d" }, HttpStatusCode.BadRequest, "completion_window"),
            (new { input_file_id = file, completion_window = "169h" }, HttpStatusCode.BadRequest, "completion_window"),
            (new { input_file_id = file, metadata = new { a = "a\0" } }, HttpStatusCode.BadRequest, "metadata"),
            (new { input_file_id = file, metadata = new { a = new string('x', 513) } }, HttpStatusCode.BadRequest, "metadata"),
            (new { input_file_id = file, output_expires_after = new { anchor = "now", seconds = 3600 } }, HttpStatusCode.BadRequest, "output_expires_after.anchor"),
            (new { input_file_id = file, output_expires_after = new { anchor = "created_at", seconds = 10 } }, HttpStatusCode.BadRequest, "output_expires_after.seconds"),
            (new { input_file_id = file, millrace = new { weight = 0 } }, HttpStatusCode.BadRequest, "millrace.weight"),
            (new { input_file_id = file, millrace = new { budget = -1 } }, HttpStatusCode.BadRequest, "millrace.budget"),
            (new { input_file_id = file, millrace = new { channel = "a b" } }, HttpStatusCode.BadRequest, "millrace.channel"),
        ];

        foreach (var (body, status, param) in refused)
            Assert.Equal(param, (await given.Http.PostAsync("/v1/batches", body, status)).GetProperty("error").Text("param"));
        foreach (var id in new[] { "batch_1", "x", $"batch_{Guid.NewGuid():N}", new string('b', 500) })
        {
            Assert.Equal("batch_not_found", (await given.Http.GetAsync($"/v1/batches/{id}", HttpStatusCode.NotFound)).GetProperty("error").Text("code"));
            await given.Http.PostAsync($"/v1/batches/{id}/cancel", new { }, HttpStatusCode.NotFound);
            await given.Http.GetAsync($"/v1/batches?after={id}", HttpStatusCode.NotFound);
        }
        await given.Http.GetAsync("/v1/batches?limit=0", HttpStatusCode.BadRequest);
        await given.Http.GetAsync($"/api/batches/{Guid.NewGuid()}", HttpStatusCode.NotFound);
        await given.Http.GetAsync($"/api/batches/{Guid.NewGuid()}/results", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_same_key_is_the_same_batch_and_another_tenant_sees_none_of_it()
    {
        given.Fleet.Provider.AnswerBatches();
        var file = await given.Http.UploadAsync([BatchDesk.Line("a", "x")]);
        var key = $"{Guid.NewGuid()}";

        var first = await given.Http.PostAsync("/v1/batches", new { input_file_id = file }, key, HttpStatusCode.OK);
        var second = await given.Other.PostAsync("/v1/batches", new { input_file_id = file }, key, HttpStatusCode.OK);
        var other = await given.Http.PostAsync("/v1/batches", new { input_file_id = file, completion_window = "48h" }, key, HttpStatusCode.Conflict);
        var ended = await given.Http.EndAsync(first.Text("id"));

        Assert.Equal((first.Text("id"), "24h"), (second.Text("id"), ended.Text("completion_window")));
        Assert.Equal("different_request", other.GetProperty("error").Text("code"));
        using var stranger = GatewayCalls.ClientOf(given.Http.BaseAddress!, await TestKeys.CreateAsync(given.Fleet.Postgres, made => made with { Tenant = "strangers" }));
        foreach (var path in new[] { $"/v1/batches/{first.Text("id")}", $"/v1/files/{file}", $"/v1/files/{ended.Text("output_file_id")}/content", $"/api/batches/{BatchCalls.NativeId(first.Text("id"))}" })
            await stranger.GetAsync(path, HttpStatusCode.NotFound);
        Assert.Empty((await stranger.GetAsync("/v1/batches", HttpStatusCode.OK)).Data());
        Assert.Empty((await stranger.GetAsync("/v1/files", HttpStatusCode.OK)).Data());
        await stranger.PostAsync("/v1/batches", new { input_file_id = file }, HttpStatusCode.NotFound);
    }

    private static int Count(JsonElement batch, string name) => batch.GetProperty("request_counts").Number(name);
}
