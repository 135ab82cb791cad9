using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Client;
using Millrace.Client.Options;
using Millrace.Persistence.Access;
using Millrace.Tests.Servers;
using static Millrace.Tests.Gateway.GatewayCalls;

namespace Millrace.Tests.Gateway;

/// <summary>Each bound of a gateway, reached: the answer says which one it is, how far it is used, and the setting.</summary>
[Integration]
public sealed class BoundTests(BoundedGateway given) : IClassFixture<BoundedGateway>
{
    private const string Slow = "simulated/default?first=9m";

    [Fact]
    public async Task A_key_has_so_many_streams_open_and_can_still_look_and_cancel()
    {
        var (http, _) = await given.ClientAsync("streams");
        var id = (await http.PostAsync("/api/generations", new { prompt = "x", model = Slow }, HttpStatusCode.Accepted)).Text("generationId");
        var events = $"/api/generations/{id}/events";
        var first = await OpenAsync(http, events);
        using var second = await OpenAsync(http, events);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));

        var refused = await http.GetAsync(events, HttpStatusCode.TooManyRequests);
        Assert.Equal("too_many_open_calls", refused.Text("code"));
        Assert.Contains("has 2 calls open at this gateway that wait, stream or carry a file, and 2 are allowed (Millrace:Gateway:MaxOpenCallsPerKey)", refused.Text("detail"), StringComparison.Ordinal);
        foreach (var (path, body) in new (string, object)[]
        {
            ("/generate", new { prompt = "x" }), ("/stream", new { prompt = "x" }), ("/v1/chat/completions", new { model = "x", stream = true }), ("/v1/responses", new { model = "x" }),
        }) await http.PostAsync(path, body, HttpStatusCode.TooManyRequests);
        await http.GetAsync($"/api/generations/{id}?wait=1", HttpStatusCode.TooManyRequests);
        await http.GetAsync($"/api/generations/{id}", HttpStatusCode.OK);
        using var another = await OpenAsync((await given.ClientAsync("streams")).Http, events);
        Assert.Equal(HttpStatusCode.OK, another.StatusCode);

        first.Dispose();
        await Until.TrueAsync(async () => (await OpenAsync(http, events)).StatusCode == HttpStatusCode.OK, "a place that was left is free");
        await http.PostAsync($"/api/generations/{id}/cancel", null, HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Keys_that_nobody_has_are_looked_for_a_few_times_and_the_right_one_still_works()
    {
        var (http, _) = await given.ClientAsync("keys");
        await http.GetAsync("/api/sessions", HttpStatusCode.OK);
        for (var n = 0; n < 3; n++) Assert.Equal(HttpStatusCode.Unauthorized, (await GuessAsync()).StatusCode);

        using var refused = await GuessAsync();

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.Contains("(Millrace:Gateway:UnknownKeysPerMinute)", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await http.GetAsync("/api/sessions", HttpStatusCode.OK);

        async Task<HttpResponseMessage> GuessAsync()
        {
            // What comes from one address is counted together, and the other tests have new keys, too
            using var guesser = ClientOf(given.Worker.Url, ApiKeySecret.Create(), IPAddress.Parse("127.0.0.2"));
            return await guesser.GetAsync(new Uri("/api/sessions", UriKind.Relative));
        }
    }

    [Fact]
    public async Task Contents_have_a_quota_and_can_be_deleted()
    {
        var (http, key) = await given.ClientAsync("contents");
        var first = await UploadAsync(http, "0123456789", HttpStatusCode.Created);
        var large = await UploadAsync(http, "012345678901234567890", HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal("storage_quota_exceeded", large.Text("code"));
        Assert.Contains("keeps 10 bytes of contents; with 21 more it would be over the 30 that are allowed (Millrace:Gateway:Quotas:ContentBytes)", large.Text("detail"), StringComparison.Ordinal);
        var second = await UploadAsync(http, "x", HttpStatusCode.Created);
        Assert.Contains("keeps 2 contents, and 2 are allowed (Millrace:Gateway:Quotas:Contents)", (await UploadAsync(http, "x", HttpStatusCode.TooManyRequests)).Text("detail"), StringComparison.Ordinal);
        await UploadAsync((await given.ClientAsync("other")).Http, "x", HttpStatusCode.Created);

        var page = await http.GetAsync("/api/contents?limit=1", HttpStatusCode.OK);
        Assert.Equal((second.Text("contentId"), "1"), (page.GetProperty("data")[0].Text("contentId"), page.GetProperty("data")[0].Text("bytes")));
        var rest = await http.GetAsync($"/api/contents?cursor={page.Text("nextCursor")}", HttpStatusCode.OK);
        Assert.Equal(first.Text("contentId"), Assert.Single(rest.GetProperty("data").EnumerateArray()).Text("contentId"));
        await DeleteAsync((await given.ClientAsync("other")).Http, $"/api/contents/{first.Text("contentId")}", HttpStatusCode.NotFound);
        await DeleteAsync(http, $"/api/contents/{first.Text("contentId")}", HttpStatusCode.NoContent);
        await DeleteAsync(http, $"/api/contents/{first.Text("contentId")}", HttpStatusCode.NotFound);
        await UploadAsync(http, "x", HttpStatusCode.Created);

        await using var client = new MillraceClient(new MillraceHttpOptions { Gateway = given.Worker.Url, ApiKey = key }, NullLogger<MillraceClient>.Instance);
        Assert.True(await client.DeleteUploadAsync(Guid.Parse(second.Text("contentId"))));
        Assert.False(await client.DeleteUploadAsync(Guid.Parse(second.Text("contentId"))));
    }

    [Fact]
    public async Task A_tenant_can_have_quotas_of_its_own()
    {
        var (http, _) = await given.ClientAsync("large");
        for (var n = 0; n < 3; n++) await UploadAsync(http, "x", HttpStatusCode.Created);

        Assert.Contains("3 are allowed", (await UploadAsync(http, "x", HttpStatusCode.TooManyRequests)).Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_have_a_quota()
    {
        var (http, _) = await given.ClientAsync("files");
        var large = await FileAsync(http, new string('x', 1_500_001), HttpStatusCode.RequestEntityTooLarge);
        Assert.Contains("(Millrace:Gateway:Quotas:FileBytes)", large.GetProperty("error").Text("message"), StringComparison.Ordinal);
        var file = await FileAsync(http, "{}", HttpStatusCode.OK);

        var many = await FileAsync(http, "{}", HttpStatusCode.TooManyRequests);
        Assert.Contains("keeps 1 files, and 1 are allowed (Millrace:Gateway:Quotas:Files)", many.GetProperty("error").Text("message"), StringComparison.Ordinal);
        await DeleteAsync(http, $"/v1/files/{file.Text("id")}", HttpStatusCode.OK);
        await FileAsync(http, "{}", HttpStatusCode.OK);
    }

    [Fact]
    public async Task Sessions_have_a_quota_and_what_is_in_them_too()
    {
        var (http, _) = await given.ClientAsync("sessions");
        var id = (await http.PostAsync("/api/sessions", new { }, HttpStatusCode.Created)).Text("sessionId");
        await http.PostAsync("/generate", new { prompt = "x", session_id = Guid.NewGuid(), model = "simulated/default?words=1" });

        // Behind the second one: what is known is looked up anew before anybody is refused, so this is exact
        foreach (var (path, body) in new (string, object)[]
        {
            ("/api/sessions", new { }), ($"/api/sessions/{id}/fork", new { }), ("/generate", new { prompt = "x", session_id = Guid.NewGuid() }),
            ("/v1/chat/completions", new { model = "x", messages = new[] { new { role = "user", content = "x" } }, millrace = new { session_id = Guid.NewGuid() } }),
            ("/api/sessions/import", new { schemaVersion = 1, session = new { }, messages = Array.Empty<object>() }),
            ("/api/sessions/operations", new { requestId = Guid.NewGuid(), operation = "Create", sessionId = Guid.NewGuid() }),
        })
        {
            var refused = (await http.PostAsync(path, body, HttpStatusCode.TooManyRequests)).ToString();
            Assert.Contains("keeps 2 sessions, and 2 are allowed (Millrace:Gateway:Quotas:Sessions)", refused, StringComparison.Ordinal);
        }
        await http.PostAsync("/generate", new { prompt = "x", session_id = id, model = "simulated/default?words=1" });

        var message = new { role = "User", text = new string('x', 2000) };
        var large = await http.PostAsync($"/api/sessions/{id}/messages", new { messages = new[] { message } }, HttpStatusCode.RequestEntityTooLarge);
        Assert.Contains("(Millrace:Gateway:Quotas:SessionBytes)", large.Text("detail"), StringComparison.Ordinal);
        await DeleteAsync(http, $"/api/sessions/{id}", HttpStatusCode.NoContent);
        await Until.TrueAsync(async () => (await http.SendAsync(Post("/api/sessions", new { }))).StatusCode == HttpStatusCode.Created, "a session that was deleted makes room");
    }

    [Fact]
    public async Task Receivers_that_hang_keep_their_own_tenants_places_and_nobody_elses()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var hangs = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        receiver.Answer = message => message.Path == "/hangs" ? hangs.Task : Task.FromResult(204);
        var ((slow, _), (quick, _)) = (await given.ClientAsync("slow"), await given.ClientAsync("quick"));
        for (var n = 0; n < 24; n++) await slow.PostAsync("/api/webhooks", new { url = new Uri(receiver.Url, "/hangs") }, HttpStatusCode.Created);
        await quick.PostAsync("/api/webhooks", new { url = new Uri(receiver.Url, "/quick") }, HttpStatusCode.Created);

        // 96 messages that nobody answers for a minute
        for (var n = 0; n < 4; n++) await slow.PostAsync("/generate", new { prompt = "x", model = "simulated/default?words=1" });
        await receiver.UntilAsync(16, "/hangs");
        for (var n = 1; n <= 5; n++)
        {
            await quick.PostAsync("/generate", new { prompt = "x", model = "simulated/default?words=1" });
            await receiver.UntilAsync(n, "/quick");
        }

        hangs.SetResult(204);
        await receiver.UntilAsync(96, "/hangs");
    }

    private static Task<HttpResponseMessage> OpenAsync(HttpClient http, string path) => http.SendAsync(Get(path), HttpCompletionOption.ResponseHeadersRead);

    private static async Task<JsonElement> UploadAsync(HttpClient http, string text, HttpStatusCode expected)
    {
        using var body = new StringContent(text, new MediaTypeHeaderValue("text/plain"));
        using var answer = await http.PostAsync(new Uri("/api/contents", UriKind.Relative), body);
        return await ReadAsync(answer, expected);
    }

    private static async Task<JsonElement> FileAsync(HttpClient http, string text, HttpStatusCode expected)
    {
        using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" }, { BatchCalls.Content(text), "file", "a.jsonl" } };
        using var answer = await http.PostAsync(new Uri("/v1/files", UriKind.Relative), form);
        return await ReadAsync(answer, expected);
    }

    private static async Task DeleteAsync(HttpClient http, string path, HttpStatusCode expected)
    {
        using var answer = await http.DeleteAsync(new Uri(path, UriKind.Relative));
        await ReadAsync(answer, expected);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{answer.StatusCode} is not {expected}: {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }
}
