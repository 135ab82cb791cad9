using System.Net;
using System.Text;
using System.Text.Json;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway;

/// <summary><c>/api/sessions</c>.</summary>
[Collection(GatewayFleet.Name)]
[Integration]
public sealed class SessionFaceTests(GatewayFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Fact]
    public async Task A_session_is_made_once_for_each_key()
    {
        var key = Guid.NewGuid().ToString();
        using var request = GatewayCalls.Post("/api/sessions", new { systemPrompt = "Be short.", metadata = new { user = "42" } });
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await given.Http.SendAsync(request);
        var made = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        var again = await given.Other.PostAsync("/api/sessions", new { systemPrompt = "Be short." }, key, HttpStatusCode.OK);

        Assert.Equal((HttpStatusCode.Created, $"/api/sessions/{made.Text("sessionId")}"), (answer.StatusCode, answer.Headers.Location!.ToString()));
        Assert.Equal((made.Text("sessionId"), "Be short."), (again.Text("sessionId"), again.Text("systemPrompt")));
        Assert.Equal("42", (await given.Other.GetAsync(answer.Headers.Location.ToString(), HttpStatusCode.OK)).GetProperty("metadata").Text("user"));
    }

    [Fact]
    public async Task Messages_are_added_once_for_each_key_and_read_in_pages()
    {
        var id = await NewAsync(new { messages = new[] { new { role = "User", text = "one" } } });
        var (key, more) = (Guid.NewGuid().ToString(), new { messages = new object[] { new { role = "Assistant", text = "two" }, new { role = "User", text = "three" } } });

        await given.Http.PostAsync($"/api/sessions/{id}/messages", more, key, HttpStatusCode.OK);
        var described = await given.Other.PostAsync($"/api/sessions/{id}/messages", more, key, HttpStatusCode.OK);
        var first = await given.Http.GetAsync($"/api/sessions/{id}/messages?limit=2", HttpStatusCode.OK);
        var second = await given.Http.GetAsync($"/api/sessions/{id}/messages?limit=2&afterOrdinal={first.Text("nextAfterOrdinal")}", HttpStatusCode.OK);

        Assert.Equal(3, described.GetProperty("messageCount").GetInt64());
        Assert.Equal(["one", "two", "three"], first.Data().Concat(second.Data()).Select(message => message.Text("text")));
        Assert.False(second.TryGetProperty("nextAfterOrdinal", out _));
        Assert.Equal("afterOrdinal is -1; it must be 0 or more.", (await given.Http.GetAsync($"/api/sessions/{id}/messages?afterOrdinal=-1", HttpStatusCode.BadRequest)).Detail());
    }

    [Fact]
    public async Task A_page_of_large_messages_is_shorter_than_its_limit()
    {
        var id = await NewAsync(new { });
        for (var i = 0; i < 4; i++) await given.Http.PostAsync($"/api/sessions/{id}/messages", new { messages = new[] { new { role = "User", text = new string('x', 400_000) } } });

        var first = await given.Http.GetAsync($"/api/sessions/{id}/messages", HttpStatusCode.OK);
        var second = await given.Http.GetAsync($"/api/sessions/{id}/messages?afterOrdinal={first.Text("nextAfterOrdinal")}", HttpStatusCode.OK);

        Assert.Equal((2, 2), (first.Data().Count(), second.Data().Count()));
    }

    [Fact]
    public async Task A_session_that_generates_is_not_changed()
    {
        var rest = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.Text("Hm.").HoldUntil(rest.Task).Stop());
        var id = await NewAsync(new { });
        var turn = await given.Http.CreateAsync(new { prompt = "Think.", sessionId = id });
        await fleet.Events.FirstAsync(seen => seen.Id == Guid.Parse(turn) && seen.Kind == "chunk");

        Assert.Equal("busy", (await given.Http.DeleteAsync($"/api/sessions/{id}", HttpStatusCode.Conflict)).Text("code"));
        Assert.Equal("busy", (await given.Http.DeleteAsync($"/api/sessions/{id}/messages", HttpStatusCode.Conflict)).Text("code"));
        Assert.Equal(turn, (await given.Other.GetAsync($"/api/sessions/{id}", HttpStatusCode.OK)).Text("activeGeneration"));
        rest.SetResult();
        await given.Http.EndedAsync(turn);

        await given.Http.DeleteAsync($"/api/sessions/{id}/messages", HttpStatusCode.NoContent);
        Assert.Empty((await given.Other.GetAsync($"/api/sessions/{id}/messages", HttpStatusCode.OK)).Data());
        await given.Http.DeleteAsync($"/api/sessions/{id}", HttpStatusCode.NoContent);
        Assert.Equal("not_found", (await given.Other.GetAsync($"/api/sessions/{id}", HttpStatusCode.NotFound)).Text("code"));
    }

    [Fact]
    public async Task A_copy_goes_its_own_way_from_a_message_on()
    {
        var id = await NewAsync(new { systemPrompt = "Be short.", messages = new object[] { new { role = "User", text = "one" }, new { role = "Assistant", text = "two" } } });
        var key = Guid.NewGuid().ToString();

        var copy = await given.Http.PostAsync($"/api/sessions/{id}/fork", new { throughOrdinal = 1 }, key, HttpStatusCode.Created);
        var again = await given.Other.PostAsync($"/api/sessions/{id}/fork", new { throughOrdinal = 1 }, key, HttpStatusCode.Created);
        using var whole = await given.Http.PostAsync(new Uri($"/api/sessions/{id}/fork", UriKind.Relative), content: null);

        Assert.Equal((copy.Text("sessionId"), "Be short."), (again.Text("sessionId"), again.Text("systemPrompt")));
        Assert.Equal(["one"], (await given.Other.GetAsync($"/api/sessions/{copy.Text("sessionId")}/messages", HttpStatusCode.OK)).Data().Select(message => message.Text("text")));
        Assert.Equal(2, JsonElement.Parse(await whole.Content.ReadAsStringAsync()).GetProperty("messageCount").GetInt64());
        await given.Http.PostAsync($"/api/sessions/{Guid.CreateVersion7()}/fork", new { }, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_document_of_a_session_becomes_another_session()
    {
        var id = await NewAsync(new { systemPrompt = "Be short.", messages = new object[] { new { role = "User", text = "\"ünï\"\n" }, new { role = "Assistant", text = "two" } } });

        using var exported = await given.Http.GetAsync(new Uri($"/api/sessions/{id}/export", UriKind.Relative));
        using var document = new StringContent(await exported.Content.ReadAsStringAsync(), Encoding.UTF8, "application/json");
        using var imported = await given.Other.PostAsync(new Uri("/api/sessions/import", UriKind.Relative), document);
        var made = JsonElement.Parse(await imported.Content.ReadAsStringAsync());

        Assert.Equal((HttpStatusCode.Created, "Be short."), (imported.StatusCode, made.Text("systemPrompt")));
        Assert.NotEqual(id, made.Text("sessionId"));
        Assert.Equal(["\"ünï\"\n", "two"], (await given.Http.GetAsync($"/api/sessions/{made.Text("sessionId")}/messages", HttpStatusCode.OK)).Data().Select(message => message.Text("text")));
        using var wrong = new StringContent("""{"schemaVersion":2}""", Encoding.UTF8, "application/json");
        using var refused = await given.Other.PostAsync(new Uri("/api/sessions/import", UriKind.Relative), wrong);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid"), (refused.StatusCode, JsonElement.Parse(await refused.Content.ReadAsStringAsync()).Text("code")));
    }

    [Fact]
    public async Task A_list_has_the_latest_used_first()
    {
        var ids = new List<string>();
        for (var i = 0; i < 3; i++) ids.Add(await NewAsync(new { }));

        var first = await given.Other.GetAsync("/api/sessions?limit=2", HttpStatusCode.OK);
        var second = await given.Other.GetAsync($"/api/sessions?limit=1&cursor={first.Text("nextCursor")}", HttpStatusCode.OK);

        Assert.Equal(ids.AsEnumerable().Reverse(), first.Data().Concat(second.Data()).Select(session => session.Text("sessionId")));
    }

    [Fact]
    public async Task A_message_that_breaks_a_rule_is_named()
    {
        var problem = await given.Http.PostAsync("/api/sessions", new { messages = new[] { new { role = "System", text = "Be short." } } }, HttpStatusCode.BadRequest);

        Assert.Equal("Messages[0].Role is System; a session's instructions are its SystemPrompt.", problem.Detail());
    }

    private async Task<string> NewAsync(object body) => (await given.Http.PostAsync("/api/sessions", body, HttpStatusCode.Created)).Text("sessionId");
}
