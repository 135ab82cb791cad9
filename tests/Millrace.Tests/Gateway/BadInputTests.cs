using System.Net;
using System.Text;
using System.Text.Json;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway;

/// <summary>What cannot be kept, told again or meant is the caller's to mend: 400, and never 500.</summary>
[Collection(GatewayFleet.Name)]
[Integration]
public sealed class BadInputTests(GatewayFleet given)
{
    [Theory]
    [InlineData("/api/usage/fleet?tenant=%00", "tenant")]
    [InlineData("/api/usage?groupBy=%00", "groupBy")]
    [InlineData("/api/generations?channel=a%00", "channel")]
    [InlineData("/api/generations?state=%00", "state")]
    [InlineData("/api/generations?cursor=%00", "cursor")]
    [InlineData("/api/sessions?cursor=%00", "cursor")]
    [InlineData("/api/capabilities?provider=%00", "provider")]
    [InlineData("/api/capabilities?model=%00", "model")]
    [InlineData("/v1/files?purpose=%00", "purpose")]
    [InlineData("/v1/files?after=%00", "after")]
    [InlineData("/v1/batches?after=%00", "after")]
    [InlineData("/api/usage?to=0001-01-01T00:00:00%2B14:00", "to")]
    [InlineData("/api/usage?from=0001-01-01&to=0001-01-01", "from")]
    [InlineData("/api/generations?receivedAfter=0001-01-01T00:00:00%2B14:00", "receivedAfter")]
    [InlineData("/api/generations?limit=99999999999", "limit")]
    public async Task A_parameter_that_means_nothing_is_named(string path, string param)
    {
        var refused = await given.Http.GetAsync(path, HttpStatusCode.BadRequest);

        Assert.Equal(param, (refused.TryGetProperty("error", out var error) ? error : refused).Text("param"));
    }

    [Theory]
    [InlineData("/api/usage?to=0001-01-01T00:00:01Z")]
    [InlineData("/api/usage?from=0001-01-01&to=9999-12-31T23:59:59.9999999Z")]
    [InlineData("/api/generations?receivedAfter=0001-01-01T00:00:00Z&receivedBefore=9999-12-31T23:59:59.9999999Z&limit=1")]
    public async Task The_first_and_the_last_moment_are_times_like_others(string path) => await given.Http.GetAsync(path, HttpStatusCode.OK);

    public static TheoryData<string, string, string> Bodies => new()
    {
        { "/api/generations", """{"prompt":"x","origin":NEST}""", "origin" },
        { "/api/generations", """{"prompt":"x","options":{"jsonSchema":NEST}}""", "options.jsonSchema" },
        { "/api/generations", """{"prompt":"x","callerTools":[{"name":"a","parameters":NEST}]}""", "callerTools[0].parameters" },
        { "/api/generations", """{"prompt":"x","origin":{"a":"\ud800"}}""", "origin" },
        { "/api/generations", """{"prompt":"x","origin":{"\ud800":1}}""", "origin" },
        { "/api/generations", """{"prompt":"a\ud800"}""", "prompt" },
        { "/api/generations", """{"prompt":"x","metadata":{"a":"\udc00"}}""", "metadata.a" },
        { "/api/generations", """{"prompt":"x","options":{"temperature":1e999}}""", "options.temperature" },
        { "/api/generations", """{"prompt":"x","options":{"maxOutputTokens":99999999999}}""", "options.maxOutputTokens" },
        { "/api/generations", """{"prompt":"x","options":{"seed":1e40}}""", "options.seed" },
        { "/api/generations", """{"prompt":"x","notAfter":"0001-01-01T00:00:00+14:00"}""", "notAfter" },
        { "/api/generations", """{"prompt":"x","sessionId":"\ud800"}""", "sessionId" },
        { "/generate", """{"prompt":"x","temperature":-1e999}""", "temperature" },
        { "/generate", """{"prompt":"x","top_p":"NaN"}""", "top_p" },
        { "/api/sessions", """{"options":{"jsonSchema":NEST}}""", "options.jsonSchema" },
        { "/api/sessions", """{"systemPrompt":"\udfff"}""", "systemPrompt" },
        { "/api/sessions/operations", """{"requestId":"00000000-0000-0000-0000-000000000000","operation":"Clear","sessionId":"01981f6e-3000-7000-8000-000000000001"}""", "requestId" },
        { "/api/sessions/operations", """{"requestId":"01981f6e-3000-7000-8000-000000000001","operation":"Create","options":{"jsonSchema":NEST}}""", "options.jsonSchema" },
        { "/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"a","parameters":NEST}}]}""", "tools[0]" },
        { "/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"x"}],"temperature":1e999}""", "temperature" },
        { "/v1/responses", """{"model":"m","input":NEST}""", "input" },
        { "/v1/responses", """{"model":"m","input":"a\ud800"}""", "input" },
        { "/v1/responses", """{"model":"m","input":"x","tools":[{"type":"function","name":"a","parameters":NEST}]}""", "tools[0]" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_member_that_cannot_be_told_again_is_named(string path, string body, string param)
    {
        using var content = new StringContent(body.Replace("NEST", Nest(60), StringComparison.Ordinal), Encoding.UTF8, "application/json");

        using var answer = await given.Http.PostAsync(new Uri(path, UriKind.Relative), content);

        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{answer.StatusCode}: {text}");
        var refused = JsonElement.Parse(text);
        Assert.Equal(param, (refused.TryGetProperty("error", out var error) ? error : refused).Text("param"));
    }

    [Fact]
    public async Task What_is_nested_as_deep_as_it_may_be_goes_all_the_way()
    {
        given.Fleet.Provider.Respond(call => call.Text("{}").Stop());

        var made = await given.Http.PostAsync("/api/sessions", $$"""{"messages":[{"role":"Assistant","text":"","toolCalls":[{"id":"1","name":"a","arguments":"{{Nest(48).Replace("\"", "\\\"", StringComparison.Ordinal)}}"}]}]}""".ToJson(), HttpStatusCode.Created);
        var deep = await given.Http.PostAsync("/api/sessions", $$"""{"messages":[{"role":"Assistant","text":"","toolCalls":[{"id":"1","name":"a","arguments":"{{Nest(49).Replace("\"", "\\\"", StringComparison.Ordinal)}}"}]}]}""".ToJson(), HttpStatusCode.BadRequest);
        var id = await given.Http.CreateAsync($$"""{"prompt":"x","origin":{{Nest(47)}}}""".ToJson());

        Assert.Equal(1, made.Number("messageCount"));
        Assert.Equal("Messages[0].ToolCalls[0].Arguments is nested 49 levels deep; at most 48 are allowed.", deep.Detail());
        Assert.Equal("completed", (await given.Http.EndedAsync(id)).Text("state"));
    }

    private static string Nest(int levels) => string.Concat(Enumerable.Repeat("""{"a":""", levels)) + "1" + new string('}', levels);
}

file static class Bodies
{
    public static JsonElement ToJson(this string text) => JsonElement.Parse(text);
}
