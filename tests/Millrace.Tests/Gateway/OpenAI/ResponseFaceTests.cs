using System.Net;
using System.Text.Json;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Gateway.GatewayCalls;

namespace Millrace.Tests.Gateway.OpenAI;

/// <summary>Responses where the official client does not look.</summary>
[Collection(GatewayFleet.Name)]
[Integration]
public sealed class ResponseFaceTests(GatewayFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Fact]
    public async Task A_replay_has_the_bytes_of_the_live_stream_also_in_a_session_that_adds_to_the_request()
    {
        fleet.Provider.Respond(call => call.Reasoning("Hm. 😀").Text("Hello ", "there. 😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀").Usage(1, 2).Stop());
        var session = Guid.CreateVersion7();
        await given.Http.PostAsync("/api/sessions", new { sessionId = session, systemPrompt = "You are terse.", options = new { temperature = 0.5 } }, HttpStatusCode.Created);

        var live = await given.Http.EventsAsync(Post("/v1/responses", new { model = "scripted/m", input = "Hi.", stream = true, millrace = new { session_id = session } })).ToListAsync();
        var id = JsonElement.Parse(live[0].Data).GetProperty("response").Text("id");
        var replay = await given.Other.EventsAsync(Get($"/v1/responses/{id}?stream=true")).ToListAsync();

        Assert.Equal(live.Select(told => told.Data), replay.Select(told => told.Data));
        Assert.Equal("You are terse.", JsonElement.Parse(live[0].Data).GetProperty("response").Text("instructions"));
        var whole = await given.Other.GetAsync($"/v1/responses/{id}", HttpStatusCode.OK);
        Assert.Equal(JsonElement.Parse(live[^1].Data).GetProperty("response").GetRawText(), whole.GetRawText());
        Assert.Equal(["reasoning", "message"], whole.GetProperty("output").EnumerateArray().Select(item => item.Text("type")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_not_to_be_stored_is_erased_when_it_has_been_told_or_has_failed(bool fails)
    {
        var secret = $"secret {Guid.NewGuid()}";
        fleet.Provider.Respond(call =>
        {
            if (fails) call.Refuse(401);
            else call.Text(secret).Stop();
        });

        await given.Http.PostAsync("/v1/responses", new { model = "scripted/m", input = secret, store = false }, fails ? HttpStatusCode.BadGateway : HttpStatusCode.OK);

        Assert.Equal(0L, await fleet.QueryAsync<long>("SELECT count(*) FROM generations WHERE request::text LIKE $1 OR outcome::text LIKE $1", $"%{secret}%"));
        Assert.Equal(0L, await fleet.QueryAsync<long>("SELECT count(*) FROM chunks WHERE payload::text LIKE $1", $"%{secret}%"));
    }

    [Theory]
    [InlineData("""{"model":"m"}""", "missing_required_parameter", "input")]
    [InlineData("""{"model":"m","input":["hello"]}""", "invalid_value", "input[0].role")]
    [InlineData("""{"model":"m","input":[{"type":"web_search_call"}]}""", "unsupported_parameter", "input[0].type")]
    [InlineData("""{"model":"m","input":"x","max_output_tokens":3}""", "invalid_value", "max_output_tokens")]
    [InlineData("""{"model":"m","input":"x","conversation":"conv_1"}""", "unsupported_parameter", "conversation")]
    [InlineData("""{"model":"m","input":"x","background":true,"store":false}""", "invalid_value", "background")]
    [InlineData("""{"model":"m","input":"x","previous_response_id":"resp_1"}""", "previous_response_not_found", "previous_response_id")]
    public async Task What_is_wrong_is_named(string body, string code, string param)
    {
        using var answer = await given.Http.PostAsync("/v1/responses", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        var error = JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal((HttpStatusCode.BadRequest, code, param), (answer.StatusCode, error.Text("code"), error.Text("param")));
    }
}
