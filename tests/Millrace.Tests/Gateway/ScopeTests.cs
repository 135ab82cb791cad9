using System.Net;
using System.Text.Json;
using Millrace.Persistence;
using Millrace.Tests.Persistence;
using static Millrace.Tests.Gateway.GatewayCalls;

namespace Millrace.Tests.Gateway;

/// <summary>What a key may do, and for how long.</summary>
[Collection(GatewayFleet.Name)]
public sealed class ScopeTests(GatewayFleet given)
{
    [Fact]
    public async Task Who_asks_for_a_generation_does_not_agree_to_its_tool_calls()
    {
        var path = $"/api/generations/{Guid.NewGuid()}/tool-calls/call-1/decision";
        using var asker = await ClientAsync("generate read sessions admin webhooks");
        using var approver = await ClientAsync("approve");

        var refused = await asker.PostAsync(path, new { approve = true }, HttpStatusCode.Forbidden);

        Assert.StartsWith("The API key lacks the scope 'approve'; it has: generate", refused.Detail(), StringComparison.Ordinal);
        await approver.PostAsync(path, new { approve = true }, HttpStatusCode.NotFound); // it is let in, and there is no such generation
        Assert.Equal("missing_scope", (await approver.PostAsync("/generate", new { prompt = "x" }, HttpStatusCode.Forbidden)).Text("code"));
    }

    [Fact]
    public async Task Webhooks_have_a_scope_of_their_own_and_admin_goes_on_holding_it()
    {
        using var webhooks = await ClientAsync("webhooks");
        using var admin = await ClientAsync("admin");

        await webhooks.GetAsync("/api/webhooks", HttpStatusCode.OK);
        await admin.GetAsync("/api/webhooks", HttpStatusCode.OK);
        await admin.GetAsync("/api/workers", HttpStatusCode.OK);
        foreach (var path in new[] { "/api/workers", "/api/queues", "/api/usage/fleet", "/api/generations" })
            Assert.Equal("missing_scope", (await webhooks.GetAsync(path, HttpStatusCode.Forbidden)).Text("code"));
    }

    [Fact]
    public async Task A_key_with_limits_runs_no_batch_again_and_leaves_its_budget_alone()
    {
        given.Fleet.Provider.AnswerBatches();
        using var free = await ClientAsync("generate read");
        using var limited = await ClientAsync("generate read", key => key with { RequestsPerMinute = 1 });
        var batch = await free.EndedBatchAsync(["""{"custom_id":"1","prompt":"bad","model":"scripted/m"}"""]);

        foreach (var path in new[] { $"/api/batches/{batch}/retry", "/v1/batches" })
        {
            var refused = await limited.PostAsync(path, new { budget = 1000 }, HttpStatusCode.Forbidden);
            Assert.Equal("limited_key", (refused.TryGetProperty("error", out var error) ? error : refused).Text("code"));
        }
        Assert.Equal("completed||1", await given.Fleet.QueryAsync<string>("SELECT concat(state, '|', budget_nanos, '|', failed) FROM batches WHERE id = $1", Guid.Parse(batch)));
        await free.PostAsync($"/api/batches/{batch}/retry", new { }, HttpStatusCode.Accepted);
    }

    [Theory]
    [InlineData("/api/generations/{0}/events", "error")]
    [InlineData("/stream", "error")]
    [InlineData("/v1/chat/completions", null)]
    [InlineData("/v1/responses", "error")]
    public async Task A_silent_stream_ends_soon_after_its_key_was_revoked(string path, string? kind)
    {
        var rest = new TaskCompletionSource();
        given.Fleet.Provider.Respond(call => call.Text("first ").HoldUntil(rest.Task).Stop());
        var (key, http) = await RevocableAsync();
        using var _ = http;
        using var request = path switch
        {
            "/stream" => Post(path, new { prompt = "x" }),
            "/v1/chat/completions" => Post(path, new { model = "scripted/m", stream = true, messages = new[] { new { role = "user", content = "x" } } }),
            "/v1/responses" => Post(path, new { model = "scripted/m", stream = true, input = "x" }),
            _ => Get(string.Format(System.Globalization.CultureInfo.InvariantCulture, path, await http.CreateAsync(new { prompt = "x" }))),
        };

        var events = new List<(string Kind, string Data)>();
        await foreach (var told in http.EventsAsync(request))
        {
            events.Add((told.EventType, told.Data));
            if (told.Data.Contains("first ", StringComparison.Ordinal)) await RevokeAsync(key);
        }
        rest.SetResult();

        Assert.Equal(kind ?? "message", events[^1].Kind);
        Assert.Contains("invalid_api_key", events[^1].Data, StringComparison.Ordinal);
        Assert.Contains("The API key was revoked.", events[^1].Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_is_never_silent_ends_too()
    {
        var (key, http) = await RevocableAsync();
        using var _ = http;
        var id = await http.CreateAsync(new { prompt = "Go on.", model = "simulated/long?first=0ms&interval=20ms&words=100000" });

        var events = new List<(string Kind, string Data)>();
        await foreach (var told in http.EventsAsync(Get($"/api/generations/{id}/events")))
        {
            if (events.Count == 0) await RevokeAsync(key);
            events.Add((told.EventType, told.Data));
        }
        using var cancel = await given.Http.PostAsync(new Uri($"/api/generations/{id}/cancel", UriKind.Relative), content: null);

        Assert.Equal((HttpStatusCode.Accepted, "error"), (cancel.StatusCode, events[^1].Kind));
        Assert.Equal((401, "invalid_api_key"), (JsonElement.Parse(events[^1].Data).Number("status"), JsonElement.Parse(events[^1].Data).Text("code")));
    }

    private async Task<(string Key, HttpClient Http)> RevocableAsync()
    {
        var key = await TestKeys.CreateAsync(given.Fleet.Postgres);
        return (key, ClientOf(given.Http.BaseAddress!, key));
    }

    private async Task RevokeAsync(string key)
    {
        await using var truth = Truth.Over(new PostgresDatabase(given.Fleet.Postgres));
        await truth.Keys.RevokeAsync((await truth.Keys.FindAsync(ApiKeySecret.PrefixOf(key)!, CancellationToken.None))!.Id, CancellationToken.None);
    }

    private async Task<HttpClient> ClientAsync(string scopes, Func<NewApiKey, NewApiKey>? change = null) => ClientOf(
        given.Http.BaseAddress!, await TestKeys.CreateAsync(given.Fleet.Postgres, key => change is null ? key with { Scopes = scopes } : change(key with { Scopes = scopes })));
}
