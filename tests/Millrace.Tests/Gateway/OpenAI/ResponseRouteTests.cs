using System.Net;
using System.Text.Json;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Gateway.GatewayCalls;

namespace Millrace.Tests.Gateway.OpenAI;

/// <summary>What programs look for besides the answer.</summary>
[Collection(GatewayFleet.Name)]
[Integration]
public sealed class ResponseRouteTests(GatewayFleet given)
{
    private const string Pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private readonly FleetFixture fleet = given.Fleet;

    [Theory]
    [InlineData("stop")]
    [InlineData("length")]
    [InlineData("refused")]
    public async Task A_browsers_EventSource_ends_and_goes_on_behind_what_it_has(string end)
    {
        fleet.Provider.Respond(call => { if (end == "refused") call.Refuse(401); else call.Text("Hel", "lo.").Finish(end); });
        var made = await given.Http.PostAsync("/v1/responses", new { model = "scripted/m", input = "Hi.", background = true });
        var stream = $"/v1/responses/{made.Text("id")}?stream=true";
        var events = await given.Http.EventsAsync(Get(stream)).ToListAsync();

        Assert.Equal(Enumerable.Range(0, events.Count).Select(number => $"{number}"), events.Select(told => told.EventId));
        Assert.Equal(events.Skip(2).Select(told => told.Data), await given.Other.EventsAsync(Behind(stream, events[1].EventId!)).Select(told => told.Data).ToListAsync());
        using var answer = await given.Other.SendAsync(Behind(stream, events[^1].EventId!));
        Assert.Equal((HttpStatusCode.NoContent, ""), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task A_cancelled_response_has_no_last_event_and_its_EventSource_ends_all_the_same()
    {
        fleet.Provider.Respond(call => call.Text("Half").Stall());
        var made = await given.Http.PostAsync("/v1/responses", new { model = "scripted/m", input = "Hi.", background = true });
        var stream = $"/v1/responses/{made.Text("id")}?stream=true";
        string? last = null;
        await foreach (var told in given.Http.EventsAsync(Get(stream)))
        {
            if (last is null) await given.Http.PostAsync($"/v1/responses/{made.Text("id")}/cancel", body: null);
            last = told.EventId;
        }

        using var answer = await given.Other.SendAsync(Behind(stream, last!));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Theory]
    [InlineData("compact")]
    [InlineData("input_tokens")]
    public async Task What_is_not_here_is_not_found(string name)
    {
        var error = (await given.Http.PostAsync($"/v1/responses/{name}", new { model = "scripted/m", input = "Hi." }, HttpStatusCode.NotFound)).GetProperty("error");

        Assert.Equal(("not_found", $"There is nothing at POST /v1/responses/{name}."), (error.Text("code"), error.Text("message")));
    }

    [Fact]
    public async Task Pictures_are_listed_as_pictures_and_files_as_files()
    {
        fleet.Provider.Respond(call => call.Text("A pixel.").Stop());
        var parts = new object[]
        {
            new { type = "input_text", text = "What is this?" },
            new { type = "input_image", image_url = $"data:image/png;base64,{Pixel}" },
            new { type = "input_image", image_url = "https://example.com/x.png" },
            new { type = "input_file", filename = "notes.md", file_data = "data:text/markdown;base64,IyBOb3Rlcw==" },
        };
        var made = await given.Http.PostAsync("/v1/responses", new { model = "scripted/m", input = new[] { new { role = "user", content = parts } } });

        var content = (await given.Http.GetAsync($"/v1/responses/{made.Text("id")}/input_items", HttpStatusCode.OK)).GetProperty("data")[0].GetProperty("content").EnumerateArray().ToList();

        Assert.Equal(["input_text", "input_image", "input_image", "input_file"], content.Select(part => part.Text("type")));
        Assert.Equal([$"data:image/png;base64,{Pixel}", "https://example.com/x.png"], content.Skip(1).Take(2).Select(part => part.Text("image_url")));
        Assert.Equal(("notes.md", "data:text/markdown;base64,IyBOb3Rlcw=="), (content[3].Text("filename"), content[3].Text("file_data")));
    }

    [Fact]
    public async Task Effort_and_verbosity_are_passed_on_as_they_are_asked_for()
    {
        fleet.Provider.Respond(call => call.Text("Yes.").Stop());

        var made = await given.Http.PostAsync("/v1/responses", new { model = "scripted/m", input = "Hi.", reasoning = new { effort = "max" }, text = new { verbosity = "low" } });
        Assert.Equal(("max", "low"), (made.GetProperty("reasoning").Text("effort"), made.GetProperty("text").Text("verbosity")));
        Assert.Equal(("max", "low"), (fleet.Provider.Calls[^1].Body.Text("reasoning_effort"), fleet.Provider.Calls[^1].Body.Text("verbosity")));

        await given.Http.PostAsync("/v1/chat/completions", new { model = "scripted/m", messages = new[] { new { role = "user", content = "Hi." } }, reasoning_effort = "minimal", verbosity = "high" });
        Assert.Equal(("minimal", "high"), (fleet.Provider.Calls[^1].Body.Text("reasoning_effort"), fleet.Provider.Calls[^1].Body.Text("verbosity")));
    }

    [Theory]
    [InlineData("""{"stop":""}""", "stop", "'stop' is empty")]
    [InlineData("""{"stop":["x",""]}""", "stop", "'stop[1]' is empty")]
    [InlineData("""{"reasoning_effort":"ultra"}""", "reasoning_effort", "none, minimal, low, medium, high, xhigh or max")]
    [InlineData("""{"verbosity":"chatty"}""", "verbosity", "low, medium or high")]
    [InlineData("""{"top_p":7}""", "top_p", "top_p is 7; it must be above 0 and at most 1.")]
    [InlineData("""{"max_tokens":0}""", "max_completion_tokens", "it must be at least 1")]
    [InlineData("""{"presence_penalty":3}""", "presence_penalty", "presence_penalty is 3; it must be between -2 and 2.")]
    [InlineData("""{"tools":[{"type":"function","function":{"name":"a b"}}]}""", "tools[0].function.name", "it must match")]
    public async Task What_is_out_of_range_is_told_by_its_own_name(string option, string param, string message)
    {
        var body = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(option)!;
        body["model"] = JsonElement.Parse("\"scripted/m\"");
        body["messages"] = JsonElement.Parse("""[{"role":"user","content":"Hi."}]""");

        var error = (await given.Http.PostAsync("/v1/chat/completions", body, HttpStatusCode.BadRequest)).GetProperty("error");

        Assert.Equal(param, error.Text("param"));
        Assert.Contains(message, error.Text("message"), StringComparison.Ordinal);
        Assert.DoesNotContain("Options.", error.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_root_leads_a_browser_to_a_page_without_a_key()
    {
        using var browser = ClientOf(given.Http.BaseAddress!, key: null);

        using var page = await browser.GetAsync(new Uri("/", UriKind.Relative));

        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
    }

    private static HttpRequestMessage Behind(string path, string last)
    {
        var request = Get(path);
        request.Headers.Add("Last-Event-ID", last);
        return request;
    }
}
