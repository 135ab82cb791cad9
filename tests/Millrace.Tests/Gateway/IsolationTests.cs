using System.Net;
using Millrace.Persistence.Model;
using Millrace.Tests.Servers;
using static Millrace.Tests.Gateway.GatewayCalls;

namespace Millrace.Tests.Gateway;

/// <summary>Two tenants at the same gateways: neither gets, blocks or ends what is the other's, whatever ids it chooses.</summary>
[Collection(GatewayFleet.Name)]
[Integration]
public sealed class IsolationTests(GatewayFleet given) : IAsyncLifetime
{
    private readonly string one = $"one-{Guid.NewGuid():N}";
    private readonly string two = $"two-{Guid.NewGuid():N}";
    private HttpClient mine = null!;
    private HttpClient theirs = null!;

    public async ValueTask InitializeAsync() => (mine, theirs) = (await ClientAsync(one), await ClientAsync(two));

    public ValueTask DisposeAsync()
    {
        mine.Dispose();
        theirs.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Two_who_ask_about_sessions_under_the_same_request_id_at_once_each_get_their_own()
    {
        var (ours, others) = (await SessionAsync(mine, "ours"), await SessionAsync(theirs, "theirs"));

        for (var round = 0; round < 10; round++)
        {
            var id = Guid.CreateVersion7();
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => n % 2 == 0
                ? mine.PostAsync("/api/sessions/questions", new { requestId = id, operation = "Read", sessionId = ours })
                : theirs.PostAsync("/api/sessions/questions", new { requestId = id, operation = "Read", sessionId = others })));

            for (var n = 0; n < answers.Length; n++)
            {
                Assert.Equal((n % 2 == 0 ? one : two, $"{id}"), (answers[n].GetProperty("session").Text("tenant"), answers[n].Text("requestId")));
                Assert.Equal(n % 2 == 0 ? "ours" : "theirs", answers[n].GetProperty("messages")[0].Text("text"));
                Assert.False(answers[n].TryGetProperty("callId", out _));
            }
        }
    }

    [Fact]
    public async Task Two_who_change_sessions_under_the_same_request_id_at_once_both_do()
    {
        var (ours, others, more) = (await SessionAsync(mine, "ours"), await SessionAsync(theirs, "theirs"), await SessionAsync(mine, "more"));
        var id = Guid.CreateVersion7();

        var answers = await Task.WhenAll(
            mine.PostAsync("/api/sessions/operations", Append(id, ours, "a")),
            theirs.PostAsync("/api/sessions/operations", Append(id, others, "b")),
            mine.PostAsync("/api/sessions/operations", Append(id, more, "c")));
        await mine.PostAsync("/api/sessions/operations", Append(id, ours, "a")); // the same again is the same

        Assert.Equal([ours, others, more], answers.Select(answer => answer.GetProperty("session").Text("sessionId")));
        Assert.Equal([["ours", "a"], ["theirs", "b"], ["more", "c"]], new[] { await TextsAsync(mine, ours), await TextsAsync(theirs, others), await TextsAsync(mine, more) });
    }

    [Fact]
    public async Task Of_two_who_choose_one_generation_id_at_once_one_has_it_and_hears_nothing_of_the_other()
    {
        given.Fleet.Provider.Respond(call => call.Text("Hello.").Stop());
        for (var round = 0; round < 10; round++)
        {
            var id = Guid.CreateVersion7();
            var answers = await Task.WhenAll(new[] { mine, theirs }.Select(http => http.SendAsync(Post("/api/generations", new { generationId = id, prompt = "Hello?" }))));

            Assert.Equal([HttpStatusCode.Accepted, HttpStatusCode.Conflict], answers.Select(answer => answer.StatusCode).Order());
            var (winner, loser) = answers[0].IsSuccessStatusCode ? (mine, theirs) : (theirs, mine);
            Assert.Equal("completed", (await winner.EndedAsync($"{id}")).Text("state"));
            Assert.Contains("event: completed\n", await winner.StreamAsync($"{id}"), StringComparison.Ordinal);
            await loser.GetAsync($"/api/generations/{id}", HttpStatusCode.NotFound);
            await loser.GetAsync($"/api/generations/{id}/events", HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task The_request_id_that_a_key_becomes_cannot_be_used_up_by_another_tenant()
    {
        var session = await SessionAsync(mine, "one");
        var other = await SessionAsync(theirs, "other");
        var space = new Guid("5c1f2d8e-9d3a-4f0b-8a53-1f0c7c6b2e11");
        var taken = NamedId.Of(space, $"messages/{session}/{one}/order-1");
        await theirs.PostAsync("/api/sessions/operations", Append(taken, other, "x"));

        await mine.PostAsync($"/api/sessions/{session}/messages", new { messages = new[] { new { role = "User", text = "two" } } }, "order-1", HttpStatusCode.OK);

        Assert.Equal(["one", "two"], await TextsAsync(mine, session));
    }

    [Fact]
    public async Task The_session_id_that_a_key_becomes_cannot_be_taken_by_another_tenant()
    {
        var id = (await mine.PostAsync("/api/sessions", new { }, "talk-1", HttpStatusCode.Created)).Text("sessionId");
        await mine.DeleteAsync($"/api/sessions/{id}", HttpStatusCode.NoContent);
        var source = await SessionAsync(theirs, "x");

        foreach (var (path, body, param) in new (string, object, string)[]
        {
            ("/generate", new { prompt = "x", session_id = id }, "session_id"),
            ("/stream", new { prompt = "x", session_id = id }, "session_id"),
            ("/api/generations", new { prompt = "x", sessionId = id }, "sessionId"),
            ("/v1/chat/completions", new { model = "scripted/m", messages = new[] { new { role = "user", content = "x" } }, millrace = new { session_id = id } }, "millrace.session_id"),
            ("/v1/responses", new { model = "scripted/m", input = "x", millrace = new { session_id = id } }, "millrace.session_id"),
            ("/api/sessions", new { sessionId = id }, "sessionId"),
            ($"/api/sessions/{source}/fork", new { sessionId = id }, "sessionId"),
            ("/api/sessions/operations", new { requestId = Guid.NewGuid(), operation = "Create", sessionId = id }, "sessionId"),
            ("/api/sessions/operations", new { requestId = Guid.NewGuid(), operation = "Fork", sessionId = source, newSessionId = id }, "newSessionId"),
        })
        {
            var refused = await theirs.PostAsync(path, body, HttpStatusCode.BadRequest);
            Assert.Equal(param, (refused.TryGetProperty("error", out var error) ? error : refused).Text("param"));
        }
        Assert.Equal(id, (await mine.PostAsync("/api/sessions", new { }, "talk-1", HttpStatusCode.Created)).Text("sessionId"));

        given.Fleet.Provider.Respond(call => call.Text("Hello.").Stop());
        await mine.PostAsync("/generate", new { prompt = "x", session_id = id }); // one that there is, is the tenant's to go on with
    }

    [Fact]
    public async Task A_key_whose_session_id_is_another_tenants_already_makes_a_session_all_the_same()
    {
        var id = (await mine.PostAsync("/api/sessions", new { systemPrompt = "Be short." }, "talk-2", HttpStatusCode.Created)).Text("sessionId");
        await given.Fleet.QueryAsync<int>("WITH taken AS (UPDATE sessions SET tenant = $2 WHERE id = $1 RETURNING 1) SELECT count(*)::int FROM taken", Guid.Parse(id), two);

        var made = await mine.PostAsync("/api/sessions", new { systemPrompt = "Be brief." }, "talk-2", HttpStatusCode.Created);
        var again = await mine.PostAsync("/api/sessions", new { systemPrompt = "Be brief." }, "talk-2", HttpStatusCode.OK);

        Assert.NotEqual(id, made.Text("sessionId"));
        Assert.Equal((made.Text("sessionId"), "Be brief.", one), (again.Text("sessionId"), again.Text("systemPrompt"), again.Text("tenant")));
        await mine.GetAsync($"/api/sessions/{id}", HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_not_to_be_stored_erases_nothing_that_was_there_before(bool stream)
    {
        given.Fleet.Provider.Respond(call => call.Text("Kept.").Stop());
        var key = Guid.NewGuid().ToString();
        var kept = await mine.PostAsync("/v1/responses", new { model = "scripted/m", input = "Keep." }, key, HttpStatusCode.OK);

        var refused = await mine.PostAsync("/v1/responses", new { model = "scripted/m", input = "Keep.", store = false, stream }, key, HttpStatusCode.Conflict);

        Assert.Equal("different_request", refused.GetProperty("error").Text("code"));
        Assert.Equal("completed", (await mine.GetAsync($"/v1/responses/{kept.Text("id")}", HttpStatusCode.OK)).Text("status"));
    }

    [Fact]
    public async Task A_call_that_follows_an_earlier_one_does_not_end_it_when_it_leaves()
    {
        var rest = new TaskCompletionSource();
        given.Fleet.Provider.Respond(call => call.Text("first ").HoldUntil(rest.Task).Text("last").Stop());
        var key = Guid.NewGuid().ToString();
        var first = mine.PostAsync("/generate", new { prompt = "Stay." }, key, HttpStatusCode.OK);
        await given.Fleet.UntilAsync("SELECT count(*) FROM generations WHERE tenant = $1 AND state = 'running'", 1L, one);

        var request = Post("/stream", new { prompt = "Stay.", cancel_on_disconnect = true });
        request.Headers.Add("Idempotency-Key", key);
        await foreach (var told in mine.EventsAsync(request))
        {
            Assert.Equal("first ", told.Data);
            break; // closes the connection
        }
        await given.Http.GetAsync("/api/workers", HttpStatusCode.OK); // a cancel would be on its way by now
        rest.SetResult();

        Assert.Equal("first last", (await first).Text("response"));
    }

    private static object Append(Guid id, string session, string text) =>
        new { requestId = id, operation = "Append", sessionId = session, messages = new[] { new { role = "User", text } } };

    private static async Task<string> SessionAsync(HttpClient http, string text) =>
        (await http.PostAsync("/api/sessions", new { messages = new[] { new { role = "User", text } } }, HttpStatusCode.Created)).Text("sessionId");

    private static async Task<string[]> TextsAsync(HttpClient http, string session) =>
        [.. (await http.GetAsync($"/api/sessions/{session}/messages", HttpStatusCode.OK)).Data().Select(message => message.Text("text"))];

    private async Task<HttpClient> ClientAsync(string tenant) =>
        ClientOf(given.Http.BaseAddress!, await TestKeys.CreateAsync(given.Fleet.Postgres, key => key with { Tenant = tenant }));
}
