using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway;

/// <summary><c>/api/generations</c>: made, looked at, waited for, ended, listed, erased.</summary>
[Collection(GatewayFleet.Name)]
[Integration]
public sealed class GenerationFaceTests(GatewayFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Fact]
    public async Task A_generation_that_is_made_at_one_gateway_is_there_at_the_other()
    {
        fleet.Provider.Respond(call => call.Text("Hello.").Usage(3, 2).Stop());

        var made = await given.Http.PostAsync("/api/generations", new { prompt = "Say hello.", options = new { temperature = 0.5 }, metadata = new { job = "17" } }, HttpStatusCode.Accepted);
        var ended = await given.Other.EndedAsync(made.Text("generationId"));

        Assert.Equal(("completed", "Hello.", "17"), (ended.Text("state"), ended.GetProperty("completed").Text("text"), ended.GetProperty("metadata").Text("job")));
        Assert.Equal(2, ended.GetProperty("usage").GetProperty("output").GetInt64());
    }

    [Fact]
    public async Task The_same_key_is_the_same_generation_at_any_gateway_and_another_body_is_refused()
    {
        fleet.Provider.Respond(call => call.Text("Once.").Stop());
        var (key, body) = (Guid.NewGuid().ToString(), new { prompt = $"Once {Guid.NewGuid()}." });

        var first = await given.Http.PostAsync("/api/generations", body, key, HttpStatusCode.Accepted);
        var again = await given.Other.PostAsync("/api/generations", body, key, HttpStatusCode.Accepted);
        var other = await given.Other.PostAsync("/api/generations", new { prompt = "Something else." }, key, HttpStatusCode.Conflict);
        await given.Http.EndedAsync(first.Text("generationId"));
        var whole = await given.Other.PostAsync("/generate", body, key, HttpStatusCode.OK);

        Assert.Equal(first.Text("generationId"), again.Text("generationId"));
        Assert.Equal(("different_request", first.Text("generationId")), (other.Text("code"), other.Text("generationId")));
        Assert.Equal(first.Text("generationId"), whole.Text("generation_id"));
        Assert.Single(fleet.Provider.Calls, call => call.RawBody.Contains(body.prompt, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_that_breaks_a_rule_is_refused_at_once()
    {
        var refused = await given.Http.PostAsync("/api/generations", new { prompt = "x", options = new { temperature = 5 } }, HttpStatusCode.BadRequest);

        Assert.Equal(("invalid_request", "Options.Temperature is 5; it must be between 0 and 2."), (refused.Text("code"), refused.Detail()));
    }

    [Fact]
    public async Task Waiting_ends_with_the_generation_or_with_its_time()
    {
        var rest = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.HoldUntil(rest.Task).Text("Late.").Stop());
        var id = await given.Http.CreateAsync(new { prompt = "Wait." });

        var early = await given.Http.GetAsync($"/api/generations/{id}?wait=1", HttpStatusCode.OK);
        Assert.DoesNotContain(early.Text("state"), new[] { "completed", "failed", "cancelled" });
        using var timeless = await GatewayCalls.ClientAsync(fleet, await fleet.AddGatewayAsync(time: new FakeTimeProvider(TimeProvider.System.GetUtcNow())));
        var waiting = timeless.GetAsync($"/api/generations/{id}?wait=60", HttpStatusCode.OK); // which are never over there
        rest.SetResult();

        Assert.Equal("completed", (await waiting).Text("state"));
        Assert.Equal("wait is 61; it must be 0 to 60 seconds.", (await given.Http.GetAsync($"/api/generations/{await given.Http.CreateAsync(new { prompt = "x" })}?wait=61", HttpStatusCode.BadRequest)).Detail());
    }

    [Fact]
    public async Task A_generation_is_ended_with_what_there_is_of_it()
    {
        fleet.Provider.Respond(call => call.Text("Half of ").Stall());
        var id = await given.Http.CreateAsync(new { prompt = "Never stop." });
        await fleet.Events.FirstAsync(seen => seen.Id == Guid.Parse(id) && seen.Kind == "chunk");

        using var answer = await given.Other.PostAsync(new Uri($"/api/generations/{id}/cancel?reason=Enough.", UriKind.Relative), content: null);
        var ended = await given.Http.EndedAsync(id);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(("cancelled", "Half of ", "Enough."), (ended.Text("state"), ended.GetProperty("cancelled").Text("partialText"), ended.GetProperty("cancelled").Text("reason")));
    }

    [Fact]
    public async Task A_list_is_read_page_by_page_and_narrowed()
    {
        var session = Guid.CreateVersion7();
        fleet.Provider.Respond(call => call.Text("ok").Stop());
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await given.Http.CreateAsync(new { prompt = $"{i}", sessionId = session }));
            await given.Http.EndedAsync(ids[^1]);
        }

        var (seen, cursor, pages) = (new List<string>(), "", 0);
        do
        {
            var page = await given.Other.GetAsync($"/api/generations?sessionId={session}&limit=2{cursor}", HttpStatusCode.OK);
            seen.AddRange(page.Data().Select(run => run.Text("generationId")));
            cursor = page.TryGetProperty("nextCursor", out var next) ? $"&cursor={next}" : null;
            pages++;
        }
        while (cursor is not null);

        Assert.Equal(3, pages);
        Assert.Equal(ids.AsEnumerable().Reverse(), seen);
        Assert.Empty((await given.Http.GetAsync($"/api/generations?sessionId={session}&state=failed", HttpStatusCode.OK)).Data());
        Assert.Equal(5, (await given.Http.GetAsync($"/api/generations?sessionId={session}&state=completed&provider=scripted&model=m", HttpStatusCode.OK)).Data().Count());
        var third = (await given.Http.GetAsync($"/api/generations/{ids[2]}", HttpStatusCode.OK)).Text("receivedAt");
        var (after, before) = (await given.Http.GetAsync($"/api/generations?sessionId={session}&receivedAfter={Uri.EscapeDataString(third)}", HttpStatusCode.OK),
            await given.Http.GetAsync($"/api/generations?sessionId={session}&receivedBefore={Uri.EscapeDataString(third)}", HttpStatusCode.OK));
        Assert.Equal([ids[4], ids[3]], after.Data().Select(run => run.Text("generationId")));
        Assert.Equal([ids[1], ids[0]], before.Data().Select(run => run.Text("generationId")));
    }

    [Fact]
    public async Task What_was_said_is_erased_once_it_has_ended_and_its_outcome_stays_in_the_table()
    {
        var rest = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.Text("A secret").HoldUntil(rest.Task).Text(" indeed.").Stop());
        var body = new { generationId = Guid.CreateVersion7(), prompt = "Tell me a secret." };
        var id = await given.Http.CreateAsync(body);

        var early = await given.Http.DeleteAsync($"/api/generations/{id}", HttpStatusCode.Conflict);
        rest.SetResult();
        await given.Http.EndedAsync(id);
        await given.Other.DeleteAsync($"/api/generations/{id}", HttpStatusCode.NoContent);

        Assert.Equal("running", early.Text("code"));
        await given.Http.GetAsync($"/api/generations/{id}", HttpStatusCode.NotFound);
        await given.Http.DeleteAsync($"/api/generations/{id}", HttpStatusCode.NotFound);
        Assert.Equal("erased", (await given.Http.PostAsync("/api/generations", body, HttpStatusCode.Gone)).Text("code"));
        Assert.Equal(("", 0L), (await fleet.QueryAsync<string>("SELECT outcome->>'text' FROM generations WHERE id = $1 AND request IS NULL", Guid.Parse(id)),
            await fleet.QueryAsync<long>("SELECT count(*) FROM chunks WHERE generation_id = $1", Guid.Parse(id))));
    }

    [Theory]
    [InlineData("generations?limit=abc", "limit", "limit is 'abc'; it must be a whole number.")]
    [InlineData("generations?limit=0", "limit", "limit is 0; it must be 1 to 100.")]
    [InlineData("generations?limit=101", "limit", "limit is 101; it must be 1 to 100.")]
    [InlineData("generations?sate=queued", "sate", "There is no parameter 'sate' here. Parameters: state, sessionId, channel")]
    [InlineData("generations?state=done", "state", "state is 'done'; it must be one of queued, held, waiting, parked, running, completed, failed, cancelled.")]
    [InlineData("generations?sessionId=5", "sessionId", "sessionId is '5'; it must be a UUID.")]
    [InlineData("generations?receivedAfter=yesterday", "receivedAfter", "receivedAfter is 'yesterday'; it must be a time like 2026-03-04T05:06:07Z.")]
    [InlineData("generations?cursor=zzz", "cursor", "cursor is none of this list's")]
    [InlineData("generations?cursor=!", "cursor", "cursor is none of this list's")]
    [InlineData("sessions?cursor=MTIz", "cursor", "cursor is none of this list's")]
    [InlineData("workers?limit=5", "limit", "There is no parameter 'limit' here. None is taken.")]
    public async Task A_bad_parameter_is_told_by_its_name(string query, string parameter, string expected)
    {
        var problem = await given.Http.GetAsync($"/api/{query}", HttpStatusCode.BadRequest);

        Assert.Equal(("invalid_request", parameter), (problem.Text("code"), problem.Text("param")));
        Assert.StartsWith(expected, problem.Detail(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_exist_is_not_found()
    {
        var problem = await given.Http.GetAsync($"/api/generations/{Guid.CreateVersion7()}", HttpStatusCode.NotFound);

        Assert.Equal(JsonValueKind.Object, problem.ValueKind);
        Assert.Equal("not_found", problem.Text("code"));
    }

    [Fact]
    public async Task An_id_of_the_kind_that_keys_become_cannot_be_chosen()
    {
        var refused = await given.Http.PostAsync("/api/generations", new { generationId = "9a563174-4d5b-55ef-ac65-bd4596040371", prompt = "Mine!" }, HttpStatusCode.BadRequest);

        Assert.Equal("generationId", refused.Text("param"));
    }

    [Fact]
    public async Task The_id_of_another_tenants_generation_is_refused_and_nothing_of_it_is_told()
    {
        fleet.Provider.Respond(call => call.Text("theirs").Stop());
        var theirs = FleetFixture.Request() with { Tenant = "theirs" };
        await fleet.SubmitAsync(theirs);
        await fleet.Events.TerminalAsync(theirs.GenerationId);

        var taken = await given.Http.PostAsync("/api/generations", new { generationId = theirs.GenerationId, prompt = "Mine!" }, HttpStatusCode.Conflict);
        await given.Http.GetAsync($"/api/generations/{theirs.GenerationId}", HttpStatusCode.NotFound);
        await given.Http.GetAsync($"/api/generations/{theirs.GenerationId}/events", HttpStatusCode.NotFound);
        await given.Http.GetAsync($"/v1/responses/resp_{theirs.GenerationId:N}", HttpStatusCode.NotFound);

        Assert.Equal("different_request", taken.Text("code"));
    }
}
