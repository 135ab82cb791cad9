using System.Net;
using Millrace.Persistence.Access;
using Millrace.Persistence.Sql;
using Millrace.Tests.Persistence;
using Millrace.Tests.Servers;
using static Millrace.Tests.Gateway.GatewayCalls;

namespace Millrace.Tests.Gateway;

/// <summary>What a key may do, and for how long.</summary>
[Collection(GatewayFleet.Name)]
[Integration]
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

    [Fact]
    public async Task Streams_of_all_forms_silent_or_not_end_soon_after_their_key_was_revoked()
    {
        var rest = new TaskCompletionSource();
        given.Fleet.Provider.Respond(call => call.Text("first ").HoldUntil(rest.Task).Stop());
        var key = await TestKeys.CreateAsync(given.Fleet.Postgres);
        using var http = ClientOf(given.Http.BaseAddress!, key);
        var (silent, busy) = (await http.CreateAsync(new { prompt = "x" }), await http.CreateAsync(new { prompt = "Go on.", model = "simulated/long?first=0ms&interval=20ms&words=100000" }));
        var begun = new CountdownEvent(5);
        (HttpRequestMessage Request, string End)[] streams =
        [
            (Get($"/api/generations/{silent}/events"), "error"),
            (Get($"/api/generations/{busy}/events"), "error"),
            (Post("/stream", new { prompt = "x" }), "error"),
            (Post("/v1/chat/completions", new { model = "scripted/m", stream = true, messages = new[] { new { role = "user", content = "x" } } }), "message"),
            (Post("/v1/responses", new { model = "scripted/m", stream = true, input = "x" }), "error"),
        ];

        var readings = streams.Select(stream => ReadAsync(http, stream.Request, begun)).ToList();
        Assert.True(await Task.Run(() => begun.Wait(Patience.Long)), "each stream begins");
        await RevokeAsync(key);
        var ends = await Task.WhenAll(readings);
        rest.SetResult();
        using var cancel = await given.Http.PostAsync(new Uri($"/api/generations/{busy}/cancel", UriKind.Relative), content: null);

        Assert.Equal(HttpStatusCode.Accepted, cancel.StatusCode);
        Assert.Equal(streams.Select(stream => stream.End), ends.Select(end => end.Kind));
        Assert.All(ends, end => Assert.Contains("The API key was revoked.", end.Data, StringComparison.Ordinal));
        Assert.All(ends, end => Assert.Contains("invalid_api_key", end.Data, StringComparison.Ordinal));
    }

    /// <summary>The last event of a stream.</summary>
    private static async Task<(string Kind, string Data)> ReadAsync(HttpClient http, HttpRequestMessage request, CountdownEvent begun)
    {
        (string Kind, string Data)? last = null;
        await foreach (var told in http.EventsAsync(request))
        {
            if (last is null) begun.Signal();
            last = (told.EventType, told.Data);
        }
        return last!.Value;
    }

    private async Task RevokeAsync(string key)
    {
        await using var truth = Truth.Over(new PostgresDatabase(given.Fleet.Postgres));
        await truth.Keys.RevokeAsync((await truth.Keys.FindAsync(ApiKeySecret.PrefixOf(key)!, CancellationToken.None))!.Id, CancellationToken.None);
    }

    private async Task<HttpClient> ClientAsync(string scopes, Func<NewApiKey, NewApiKey>? change = null) => ClientOf(
        given.Http.BaseAddress!, await TestKeys.CreateAsync(given.Fleet.Postgres, key => change is null ? key with { Scopes = scopes } : change(key with { Scopes = scopes })));
}
