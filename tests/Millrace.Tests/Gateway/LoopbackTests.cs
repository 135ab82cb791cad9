using System.Net;
using System.Text.Json;
using Millrace.Persistence.Model;
using Millrace.Persistence.Sql;
using Millrace.Tests.Commands;
using Millrace.Tests.Persistence;
using Millrace.Tests.Servers;
using static Millrace.Tests.Gateway.GatewayCalls;

namespace Millrace.Tests.Gateway;

/// <summary>The embedded default: without keys on loopback, and only there.</summary>
[Integration]
public sealed class LoopbackTests : IDisposable
{
    private const string Page = "https://app.example.com";

    private readonly CommandFolder folder = new();

    [Fact]
    public async Task On_loopback_programs_of_this_machine_need_no_key_and_web_pages_are_kept_out()
    {
        await using var worker = await StartAsync(("Millrace__Gateway__AllowedOrigins__0", Page));
        using var http = new HttpClient { BaseAddress = worker.Url };

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, ("Authorization", "Bearer sk-whatever-a-client-sends")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, ("Host", $"localhost:{worker.Url.Port}")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, ("Host", $"[::1]:{worker.Url.Port}")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, ("Origin", $"http://127.0.0.1:{worker.Url.Port}")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, ("Origin", Page)));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(http, ("Host", $"rebound.example.com:{worker.Url.Port}")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(http, ("Host", "localhost.example.com"), ("Origin", "http://localhost.example.com")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(http, ("Origin", "https://evil.example.com")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(http, ("Origin", "null")));
        foreach (var path in new[] { "/health/live", "/metrics", "/docs/", "/docs/scalar.js", "/openapi/v1.json", "/asyncapi/v1.json" })
        {
            using var answer = await SendToAsync(http, path);
            Assert.Equal((HttpStatusCode.OK, "DENY", "frame-ancestors 'none'"), (answer.StatusCode, Header(answer, "X-Frame-Options"), Header(answer, "Content-Security-Policy")));
            using var rebound = await SendToAsync(http, path, ("Host", $"rebound.example.com:{worker.Url.Port}"));
            using var page = await SendToAsync(http, path, ("Origin", "https://evil.example.com"));
            Assert.Equal((path, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (path, rebound.StatusCode, page.StatusCode));
        }
        await RefuseInsideAsync(http);
    }

    [Fact]
    public async Task Where_keys_are_wanted_the_verb_makes_them_while_the_server_runs_and_a_page_may_ask_before_it_sends_one()
    {
        await using var worker = await StartAsync(("Millrace__Gateway__RequireKeys", "true"), ("Millrace__Gateway__AllowedOrigins__0", Page));
        using var http = new HttpClient { BaseAddress = worker.Url };
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http));

        var key = (await folder.RunAsync("keys", "create", "--name", "page", "--scopes", "admin")).OutputOrThrow("keys create").TrimEnd('\n');
        using var allowed = await SendAsync(http, ("Authorization", $"Bearer {key}"), ("Origin", Page));
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal([Page], allowed.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Contains("Retry-After", Assert.Single(allowed.Headers.GetValues("Access-Control-Expose-Headers")), StringComparison.Ordinal);
        using var refused = await SendAsync(http, ("Origin", Page));
        Assert.Equal([Page], refused.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.False((await SendAsync(http, ("Origin", "https://evil.example.com"))).Headers.Contains("Access-Control-Allow-Origin"));

        using var before = new HttpRequestMessage(HttpMethod.Options, "/generate");
        foreach (var (name, value) in new[] { ("Origin", Page), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization,content-type") })
            before.Headers.TryAddWithoutValidation(name, value);
        using var answer = await http.SendAsync(before);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("authorization,content-type", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Headers")));

        (await folder.RunAsync("keys", "revoke", key[..11])).OutputOrThrow("keys revoke");
        await Until.EqualAsync(HttpStatusCode.Unauthorized, () => StatusAsync(http, ("Authorization", $"Bearer {key}")));
    }

    [Fact]
    public async Task In_one_process_without_a_broker_the_end_of_a_generation_is_told_too()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var worker = await StartAsync(("Millrace__Gateway__Webhooks__AllowPrivate", "true"));
        using var http = new HttpClient { BaseAddress = worker.Url };
        await http.PostAsync("/api/webhooks", new { url = receiver.Url }, HttpStatusCode.Created);

        var answer = await http.PostAsync("/generate", new { prompt = "Hello." });

        var told = JsonElement.Parse((await receiver.UntilAsync(1))[0].Body);
        Assert.Equal(("generation.completed", answer.Text("generation_id")), (told.Text("type"), told.GetProperty("data").Text("generationId")));
    }

    [Fact]
    public async Task A_server_that_others_reach_asks_for_a_key()
    {
        var url = new Uri($"http://127.0.0.1:{FreePorts.Next()}");
        await using var worker = await StartAsync(url, ("ASPNETCORE_URLS", $"{url};http://0.0.0.0:0"));
        using var http = new HttpClient { BaseAddress = url };

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http));
    }

    [Theory]
    [InlineData("http://0.0.0.0:0", null, "the server listens on http://0.0.0.0:")]
    [InlineData("http://127.0.0.1:0;http://[::]:0", null, "the server listens on http://[::]:")]
    [InlineData("http://127.0.0.1:0", "amqp://host/", "this gateway belongs to a fleet")]
    public async Task Keys_cannot_be_left_out_where_others_get_in(string urls, string? broker, string message)
    {
        folder.Environment["ASPNETCORE_URLS"] = urls;
        folder.Environment["Millrace__Gateway__RequireKeys"] = "false";
        folder.Environment["ConnectionStrings__RabbitMq"] = broker;
        folder.Environment["ConnectionStrings__Postgres"] = broker is null ? null : "Host=nowhere;Database=x";

        var ended = await folder.RunAsync("serve", "--role", broker is null ? "all" : "gateway");

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains($"Millrace:Gateway:RequireKeys is false, and {message}", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Output + ended.Error, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>What leads inside is refused when it is registered, and when it is connected to: the name may have led elsewhere before.</summary>
    private async Task RefuseInsideAsync(HttpClient http)
    {
        foreach (var url in new[] { "http://example.com/", "https://localhost/", "https://10.0.0.1/", "https://[::ffff:10.0.0.1]/", "https://169.254.169.254/latest" })
            Assert.Equal("url", (await http.PostAsync("/api/webhooks", new { url }, HttpStatusCode.BadRequest)).Text("param"));

        await using var receiver = await WebhookReceiver.StartAsync();
        var hook = new Webhook { Id = Guid.CreateVersion7(), Tenant = "default", Url = $"http://localhost:{receiver.Url.Port}/", Secret = "whsec_c2VjcmV0" };
        await using (var truth = Truth.Over(new SqliteDatabase(folder.Database))) await truth.Webhooks.AddAsync(hook, CancellationToken.None);
        await http.PostAsync($"/api/webhooks/{hook.Id}/test", null, HttpStatusCode.Accepted);

        var attempts = await Until.FitsAsync(
            async () => (await http.GetAsync($"/api/webhooks/{hook.Id}/deliveries", HttpStatusCode.OK)).GetProperty("data")[0].GetProperty("attempts"),
            told => told.GetArrayLength() > 0);
        Assert.Equal("'localhost' does not lead to the public network.", attempts[0].Text("error"));
        Assert.Empty(receiver.Messages);
    }

    private async Task<LocalWorker> StartAsync(params (string Name, string Value)[] settings) => await StartAsync(null, settings);

    private async Task<LocalWorker> StartAsync(Uri? url, params (string Name, string Value)[] settings)
    {
        var environment = new Dictionary<string, string?>(folder.Environment);
        foreach (var (name, value) in settings) environment[name] = value;
        var worker = await LocalWorker.StartAsync(settings: environment, url: url);
        await worker.WaitReadyAsync();
        return worker;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, params (string Name, string Value)[] headers)
    {
        using var answer = await SendAsync(http, headers);
        return answer.StatusCode;
    }

    private static string Header(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));

    private static Task<HttpResponseMessage> SendAsync(HttpClient http, params (string Name, string Value)[] headers) => SendToAsync(http, "/api/webhooks", headers);

    private static Task<HttpResponseMessage> SendToAsync(HttpClient http, string path, params (string Name, string Value)[] headers)
    {
        var request = Get(path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return http.SendAsync(request);
    }
}
