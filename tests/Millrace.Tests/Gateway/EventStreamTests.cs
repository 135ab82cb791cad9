using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Gateway.GatewayCalls;

namespace Millrace.Tests.Gateway;

/// <summary>Streams: live, resumed, replayed, silent, left.</summary>
[Collection(GatewayFleet.Name)]
[Integration]
public sealed class EventStreamTests(GatewayFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Fact]
    public async Task A_stream_is_the_same_bytes_live_and_replayed_at_the_other_gateway()
    {
        var rest = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.HoldUntil(rest.Task).Text("one ", "\"two\"\r\n", "três 🚉").Usage(1, 3).Stop());
        var id = await given.Http.CreateAsync(new { prompt = "Count." });

        var live = given.Http.StreamAsync(id);
        rest.SetResult();
        var replayed = await given.Other.StreamAsync(id, after: 0);

        Assert.Equal(WithoutPings(await live), replayed);
        Assert.Equal(replayed, await given.Other.StreamAsync(id));
        Assert.Equal(replayed, await given.Http.StreamAsync(id));
        Assert.Contains("event: completed\n", replayed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_goes_on_at_the_other_gateway_behind_the_last_event_it_has()
    {
        var (second, third) = (new TaskCompletionSource(), new TaskCompletionSource());
        fleet.Provider.Respond(call => call.Text("one ").HoldUntil(second.Task).Text("two ").HoldUntil(third.Task).Text("three").Stop());
        var id = await given.Http.CreateAsync(new { prompt = "Count." });

        var (seen, text) = (new List<long>(), "");
        await foreach (var told in given.Http.EventsAsync(Get($"/api/generations/{id}/events")))
        {
            Take(told);
            break;
        }
        second.SetResult();
        var resumed = Get($"/api/generations/{id}/events?after=0"); // the header goes before the address
        resumed.Headers.Add("Last-Event-ID", $"{seen[^1]}");
        await foreach (var told in given.Other.EventsAsync(resumed))
        {
            Take(told);
            third.TrySetResult();
        }

        Assert.Equal("one two three", text);
        Assert.Equal(Enumerable.Range(1, seen.Count).Select(n => (long)n), seen);
        Assert.Equal(string.Join("", (await given.Http.StreamAsync(id)).Split("\n\n")[^2..]), string.Join("", (await given.Http.StreamAsync(id, after: seen[^1])).Split("\n\n")[^2..]));

        void Take(SseItem<string> told)
        {
            if (told.EventType != "chunk") return;
            seen.Add(long.Parse(told.EventId!));
            text += JsonElement.Parse(told.Data).Text("text");
        }
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("cancelled")]
    public async Task An_end_without_an_answer_is_told_in_the_stream_too(string end)
    {
        fleet.Provider.Respond(call => { if (end == "failed") call.Refuse(401); else call.Text("Half").Stall(); });
        var id = await given.Http.CreateAsync(new { prompt = "Fail." });

        if (end == "cancelled") using (await given.Http.PostAsync(new Uri($"/api/generations/{id}/cancel", UriKind.Relative), content: null)) { }
        var events = await given.Other.EventsAsync(Get($"/api/generations/{id}/events")).ToListAsync();

        Assert.Equal((end, id), (events[^1].EventType, JsonElement.Parse(events[^1].Data).Text("generationId")));
        Assert.EndsWith($"event: {end}\nid: {events[^1].EventId}\ndata: {events[^1].Data}\n\n", await given.Http.StreamAsync(id), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("completed")]
    [InlineData("failed")]
    [InlineData("cancelled")]
    public async Task A_reader_that_has_the_end_and_comes_again_is_told_that_there_is_no_more(string end)
    {
        fleet.Provider.Respond(call => { if (end == "failed") call.Refuse(401); else if (end == "cancelled") call.Text("Half").Stall(); else call.Text("Whole.").Stop(); });
        var id = await given.Http.CreateAsync(new { prompt = "Say it." });
        if (end == "cancelled") using (await given.Http.PostAsync(new Uri($"/api/generations/{id}/cancel", UriKind.Relative), content: null)) { }
        var events = await given.Http.EventsAsync(Get($"/api/generations/{id}/events")).ToListAsync();

        using var again = Get($"/api/generations/{id}/events");
        again.Headers.Add("Last-Event-ID", events[^1].EventId);
        using var answer = await given.Other.SendAsync(again);

        Assert.Equal((end, HttpStatusCode.NoContent), (events[^1].EventType, answer.StatusCode));
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => $"{number}"), events.Select(told => told.EventId));
    }

    [Fact]
    public async Task Chunks_that_are_no_longer_kept_are_gone_and_the_outcome_is_not()
    {
        fleet.Provider.Respond(call => call.Text("Kept.").Stop());
        var id = await given.Http.CreateAsync(new { prompt = "Keep." });
        var last = (await given.Http.EndedAsync(id)).GetProperty("lastSequence").GetInt64();
        await fleet.UntilAsync("WITH gone AS (DELETE FROM chunks WHERE generation_id = $1 RETURNING 1) SELECT count(*) FROM chunks WHERE generation_id = $1", 0L, Guid.Parse(id));

        var gone = await given.Http.GetAsync($"/api/generations/{id}/events", HttpStatusCode.Gone);

        Assert.Equal(("chunks_expired", id), (gone.Text("code"), gone.Text("generationId")));
        Assert.Equal("Kept.", (await given.Http.GetAsync($"/api/generations/{id}", HttpStatusCode.OK)).GetProperty("completed").Text("text"));
        Assert.StartsWith("event: completed\n", await given.Http.StreamAsync(id, last), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("after=-1", null, "after is -1; a sequence is 0 or more.")]
    [InlineData("", "x7", "Last-Event-ID is 'x7'; it must be the id of an event of this stream, a number.")]
    public async Task A_place_that_cannot_be_is_refused(string query, string? header, string expected)
    {
        var id = await given.Http.CreateAsync(new { prompt = "x" });
        using var request = Get($"/api/generations/{id}/events?{query}");
        if (header is not null) request.Headers.Add("Last-Event-ID", header);

        using var answer = await given.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(expected, JsonElement.Parse(await answer.Content.ReadAsStringAsync()).Detail());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Comments_keep_a_silent_stream_open_before_the_first_word_and_between_words(bool simple)
    {
        var (first, second) = (new TaskCompletionSource(), new TaskCompletionSource());
        fleet.Provider.Respond(call => call.HoldUntil(first.Task).Text("one ").HoldUntil(second.Task).Text("two").Stop());

        using var request = simple ? Post("/stream", new { prompt = "Slowly." }) : Get($"/api/generations/{await given.Http.CreateAsync(new { prompt = "Slowly." })}/events");
        using var answer = await given.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Assert.Equal(": ping", await NextAsync(lines));
        Assert.Equal(": ping", await NextAsync(lines));
        first.SetResult();
        while (await NextAsync(lines) is { } line && !line.Contains("one ", StringComparison.Ordinal)) Assert.DoesNotContain("two", line, StringComparison.Ordinal);
        Assert.Equal(": ping", await NextAsync(lines));
        second.SetResult();
        Assert.Contains("two", await lines.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_that_leaves_cancels_nothing_unless_it_has_said_so()
    {
        var rest = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.Text("first ").HoldUntil(rest.Task).Text("last").Stop());
        var key = Guid.NewGuid().ToString();
        var kept = await LeaveAsync(new { prompt = "Stay." }, key);
        var wished = await LeaveAsync(new { prompt = "Go.", cancel_on_disconnect = true }, Guid.NewGuid().ToString());

        await Until.DoneAsync(wished.Aborted);
        Assert.False(kept.Aborted.IsCompleted);
        rest.SetResult();

        Assert.Equal("first last", (await given.Other.PostAsync("/generate", new { prompt = "Stay." }, key, HttpStatusCode.OK)).Text("response"));
    }

    private async Task<ScriptedProviders.ScriptedCall> LeaveAsync(object body, string key)
    {
        var request = Post("/stream", body);
        request.Headers.Add("Idempotency-Key", key);
        await foreach (var told in given.Http.EventsAsync(request))
        {
            Assert.Equal("first ", told.Data);
            break; // closes the connection
        }
        return fleet.Provider.Calls[^1];
    }

    private static async Task<string?> NextAsync(StreamReader lines)
    {
        using var deadline = new CancellationTokenSource(Patience.Long);
        while (true)
        {
            var line = await lines.ReadLineAsync(deadline.Token);
            if (line != "") return line;
        }
    }

    private static string WithoutPings(string stream) => stream.Replace(": ping\n\n", "", StringComparison.Ordinal);
}
