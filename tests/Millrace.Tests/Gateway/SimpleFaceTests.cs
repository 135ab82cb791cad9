using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Gateway.GatewayCalls;

namespace Millrace.Tests.Gateway;

/// <summary><c>/generate</c> and <c>/stream</c>.</summary>
[Collection(GatewayFleet.Name)]
[Integration]
public sealed class SimpleFaceTests(GatewayFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Fact]
    public async Task A_prompt_is_answered_with_the_whole_text()
    {
        fleet.Provider.Respond(call => call.Text("Hello ", "there.").Usage(3, 2).Stop());

        var answer = await given.Http.PostAsync("/generate", new { prompt = "Say hello.", system_prompt = "Be short.", temperature = 0.5, max_tokens = 20 });

        Assert.Equal(("Hello there.", "stop", "scripted", "m"), (answer.Text("response"), answer.Text("finish_reason"), answer.Text("provider"), answer.Text("model")));
        Assert.Equal(5, answer.GetProperty("usage").GetProperty("total_tokens").GetInt64());
        var sent = fleet.Provider.Calls[^1].Body;
        Assert.Equal(("Be short.", 0.5), (sent.GetProperty("messages")[0].Text("content"), sent.GetProperty("temperature").GetDouble()));
        Assert.Equal("completed", (await given.Other.GetAsync($"/api/generations/{answer.Text("generation_id")}", HttpStatusCode.OK)).Text("state"));
    }

    [Fact]
    public async Task A_session_remembers_what_was_said()
    {
        var session = Guid.CreateVersion7();
        fleet.Provider.Respond(call => call.Text($"{call.Body.GetProperty("messages").GetArrayLength()}").Stop());

        await given.Http.PostAsync("/generate", new { prompt = "One.", session_id = session });
        var second = await given.Other.PostAsync("/generate", new { prompt = "Two.", session_id = session });

        Assert.Equal(("3", session.ToString()), (second.Text("response"), second.Text("session_id")));
    }

    [Fact]
    public async Task A_stream_tells_the_text_with_its_newlines_and_ends_with_done()
    {
        fleet.Provider.Respond(call => call.Text("one\n", "\n two", "\nthree").Usage(1, 3).Stop());

        var events = await given.Http.EventsAsync(Post("/stream", new { prompt = "Count." })).ToListAsync();

        Assert.Equal("one\n\n two\nthree", string.Concat(events.Where(told => told.EventType == "message").Select(told => told.Data)));
        Assert.Equal("done", events[^1].EventType);
        var done = JsonElement.Parse(events[^1].Data);
        Assert.Equal(("one\n\n two\nthree", 4), (done.Text("response"), done.GetProperty("usage").GetProperty("total_tokens").GetInt64()));
    }

    [Theory]
    [InlineData("123456789😀", "ends")]
    [InlineData("😀😀😀😀😀😀😀😀😀", "1234567890123456789012345678901234567890😀")]
    [InlineData("one\r", "\ntwo\rthree\r")]
    public async Task Any_text_arrives_whole(params string[] pieces)
    {
        fleet.Provider.Respond(call => call.Text(pieces).Stop());

        var events = await given.Http.EventsAsync(Post("/stream", new { prompt = "Say it." })).ToListAsync();

        var text = string.Concat(pieces);
        Assert.Equal(text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n'), string.Concat(events.SkipLast(1).Select(told => told.Data)));
        Assert.Equal(text, JsonElement.Parse(events[^1].Data).Text("response"));
    }

    [Fact]
    public async Task The_first_words_arrive_while_the_provider_holds_the_rest_back()
    {
        var rest = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.Text("first").HoldUntil(rest.Task).Text(" last").Stop());

        var text = "";
        await foreach (var told in given.Http.EventsAsync(Post("/stream", new { prompt = "Slowly." })))
        {
            if (told.EventType == "message") text += told.Data;
            rest.TrySetResult();
        }

        Assert.Equal("first last", text);
    }

    [Fact]
    public async Task What_fails_before_the_first_word_fails_by_status_and_later_by_an_event()
    {
        fleet.Provider.Respond(call => call.Refuse(401));
        Assert.Equal("authentication", (await given.Http.PostAsync("/stream", new { prompt = "No key." }, HttpStatusCode.BadGateway)).Text("code"));
        using var failed = await given.Http.PostAsJsonAsync("/v1/chat/completions", new { model = "m", messages = new[] { new { role = "user", content = "No key." } } });
        Assert.Equal("false", failed.Headers.GetValues("x-should-retry").Single()); // there is a generation: a client that sends it again pays twice

        var (calls, seen) = (0, new TaskCompletionSource());
        fleet.Provider.Respond(call =>
        {
            if (Interlocked.Increment(ref calls) == 1) call.Text("It is ").HoldUntil(seen.Task).Cut();
            else call.Refuse(401);
        });
        var events = new List<SseItem<string>>();
        await foreach (var told in given.Http.EventsAsync(Post("/stream", new { prompt = "Lost key." })))
        {
            events.Add(told);
            seen.TrySetResult();
        }

        Assert.Equal([("message", "It is "), ("restart", "0")], events.SkipLast(1).Select(told => (told.EventType, told.Data)));
        Assert.Equal(("error", "authentication"), (events[^1].EventType, JsonElement.Parse(events[^1].Data).Text("code")));
    }

    [Theory]
    [InlineData("""{"promt":"x"}""", "There is no field 'promt'. Fields: prompt, system_prompt")]
    [InlineData("""{"prompt":""", "Expected depth to be zero")]
    [InlineData("""{}""", "prompt")]
    [InlineData("""{"prompt":"  "}""", "Prompt is empty")]
    [InlineData("""{"prompt":"x","temperature":5}""", "Options.Temperature is 5; it must be between 0 and 2.")]
    [InlineData("""{"prompt":"x","temperature":"hot"}""", "temperature")]
    [InlineData("""[]""", "must be an object")]
    public async Task A_bad_body_is_told_what_is_wrong_with_it(string body, string expected)
    {
        using var answer = await given.Http.PostAsync("/generate", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.Contains(expected, JsonElement.Parse(await answer.Content.ReadAsStringAsync()).Text("detail"), StringComparison.Ordinal);
    }
}
