using System.Net;
using System.Text;
using System.Text.Json;
using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Schemas;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway;

/// <summary>Every way that a schema comes in by, with schemas that would end a worker or hold it for ever: each is refused with a reason, and the worker goes on.</summary>
[Collection(GatewayFleet.Name)]
[Integration]
public sealed class SchemaWaysTests(GatewayFleet given)
{
    private static readonly Dictionary<string, (string Schema, string Reason)> Bad = new()
    {
        ["leads back"] = (BadSchemas.LeadsBack, "lead back"),
        ["leads back by not"] = ("""{"not":{"$ref":"#"}}""", "lead back"),
        ["dynamic"] = (BadSchemas.Dynamic, "is not taken here"),
        ["doubling"] = (BadSchemas.Doubling(25), "more than 10,000 schemas for one value"),
        ["deep"] = (BadSchemas.Deep(50), "nested 50 levels deep; at most 48"),
    };

    private const string TooDeep = "is nested too deep; ";

    public static TheoryData<string> Names => [.. Bad.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Over_HTTP_it_is_a_400_that_says_why(string name)
    {
        var (schema, reason) = Bad[name];
        var tool = $$"""{"name":"f","parameters":{{schema}} }""";
        var messages = """[{"role":"user","content":"x"}]""";

        if (name == "deep") reason = TooDeep; // the body's own limit comes first
        await RefusedAsync("/api/generations", $$"""{"prompt":"x","options":{"jsonSchema":{{schema}} } }""", reason);
        await RefusedAsync("/api/generations", $$"""{"prompt":"x","callerTools":[{{tool}}]}""", reason);
        await RefusedAsync("/v1/chat/completions", $$"""{"model":"m","messages":{{messages}},"tools":[{"type":"function","function":{{tool}} }]}""", reason);
        await RefusedAsync("/v1/chat/completions", $$"""{"model":"m","messages":{{messages}},"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{{schema}} } } }""", reason);
        await RefusedAsync("/v1/responses", $$"""{"model":"m","input":"x","tools":[{"type":"function",{{tool[1..]}}]}""", reason);
        await RefusedAsync("/v1/responses", $$"""{"model":"m","input":"x","text":{"format":{"type":"json_schema","name":"n","schema":{{schema}} } } }""", reason);
        var session = $$"""{"requestId":"{{Guid.NewGuid()}}","operation":"Create","sessionId":"{{Guid.NewGuid()}}","options":{"jsonSchema":{{schema}} } }""";
        Assert.Contains(reason, (await PostAsync("/api/sessions/operations", session)).Text, StringComparison.Ordinal);
    }

    /// <summary>A tool's schema of 60 levels is readable as JSON and too deep to be sent on; one of 100 is not readable.</summary>
    [Theory]
    [InlineData(57)]
    [InlineData(60)]
    [InlineData(100)]
    public async Task However_deep_it_is_a_400(int depth)
    {
        var tool = $$"""{"name":"f","parameters":{{BadSchemas.Deep(depth)}} }""";
        var answers = new[]
        {
            await PostAsync("/api/generations", $$"""{"prompt":"x","options":{"jsonSchema":{{BadSchemas.Deep(depth)}} } }"""),
            await PostAsync("/api/generations", $$"""{"prompt":"x","callerTools":[{{tool}}]}"""),
            await PostAsync("/v1/chat/completions", $$"""{"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{{tool}} }]}"""),
            await PostAsync("/v1/responses", $$"""{"model":"m","input":"x","text":{"format":{"type":"json_schema","name":"n","schema":{{BadSchemas.Deep(depth)}} } } }"""),
            await PostAsync("/api/sessions/operations", $$"""{"requestId":"{{Guid.NewGuid()}}","operation":"Create","sessionId":"{{Guid.NewGuid()}}","options":{"jsonSchema":{{BadSchemas.Deep(depth)}} } }"""),
        };

        Assert.All(answers, answer => Assert.True(answer.Status == HttpStatusCode.BadRequest && (answer.Text.Contains("deep", StringComparison.Ordinal) || answer.Text.Contains("depth", StringComparison.Ordinal)), $"{answer.Status}: {answer.Text}"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task In_a_batch_the_line_is_named(string name)
    {
        var (schema, reason) = Bad[name];
        var batch = await given.Http.BatchAsync([$$"""{"custom_id":"c","method":"POST","url":"/v1/chat/completions","body":{"model":"m","messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{{schema}} } } } }"""]);

        var ended = await given.Http.EndAsync(batch.Text("id"));

        Assert.Equal("failed", ended.Text("status"));
        var error = Assert.Single(ended.GetProperty("errors").GetProperty("data").EnumerateArray());
        Assert.Equal(1, error.Number("line"));
        Assert.Contains(name == "deep" ? TooDeep : reason, error.Text("message"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Over_the_broker_the_producer_is_told(string name)
    {
        var (schema, reason) = Bad[name];
        var (fleet, request, tool, session) = (given.Fleet, Guid.CreateVersion7(), Guid.NewGuid(), Guid.NewGuid());

        await fleet.Producer.SendAsync("GenerateRequested", $$"""{"generationId":"{{request}}","prompt":"x","options":{"jsonSchema":{{schema}} } }""");
        await fleet.Producer.SendAsync("RegisterTool", $$"""{"requestId":"{{tool}}","name":"bad_{{tool:N}}","parameters":{{schema}} }""");
        await fleet.Producer.SendAsync("SessionRequested", $$"""{"requestId":"{{session}}","operation":"Create","sessionId":"{{Guid.NewGuid()}}","options":{"jsonSchema":{{schema}} } }""");

        var failed = await fleet.Events.TerminalAsync(request);
        Assert.Equal(nameof(FailureReason.InvalidRequest), failed.String("reason"));
        Assert.Contains(reason, failed.String("message"), StringComparison.Ordinal);
        Assert.Contains(reason, (await fleet.Events.FirstAsync(seen => seen.Id == tool)).String("problem"), StringComparison.Ordinal);
        Assert.Contains(reason, (await fleet.Events.FirstAsync(seen => seen.Kind == "session" && seen.String("requestId") == $"{session}")).String("message"), StringComparison.Ordinal);
        await LivesAsync();
    }

    [Fact]
    public async Task A_message_that_is_too_deep_to_be_read_is_rejected_under_its_id()
    {
        var id = Guid.CreateVersion7();

        await given.Fleet.Producer.SendAsync("GenerateRequested", $$"""{"generationId":"{{id}}","prompt":"x","options":{"jsonSchema":{{BadSchemas.Deep(100)}} } }""");

        var rejected = await given.Fleet.Events.TerminalAsync(id);
        Assert.Equal("rejected", rejected.Kind);
        Assert.Contains("depth", rejected.String("message"), StringComparison.Ordinal);
        await LivesAsync();
    }

    /// <summary>The caller dictates the answer; what is asked of it costs more than may be done.</summary>
    [Theory]
    [InlineData("steps")]
    [InlineData("pattern")]
    public async Task An_answer_whose_check_takes_too_much_ends_the_generation_with_a_reason(string what)
    {
        var prompt = $"schema work {Guid.NewGuid()}";
        var (schema, answer, reason) = what == "steps"
            ? (BadSchemas.DoublingInside(40), BadSchemas.Nested("{}", 45), "takes more than 10,000,000 steps")
            : ("""{"pattern":"^(?=a)(a+)+$"}""", $"\"{new string('a', 5_000)}!\"", "takes too long over the pattern at '#/pattern'");
        given.Fleet.Provider.Respond(call => call.Text(call.RawBody.Contains(prompt, StringComparison.Ordinal) ? answer : "Hello").Stop());

        var failed = await given.Fleet.Events.TerminalAsync(await given.Fleet.SubmitAsync(FleetFixture.Request(prompt) with { Options = new() { JsonSchema = JsonElement.Parse(schema) } }));

        Assert.Equal((nameof(FailureReason.InvalidRequest), "1", answer), (failed.String("reason"), failed.String("attempts"), failed.String("partialText")));
        Assert.Contains(reason, failed.String("message"), StringComparison.Ordinal);
        await LivesAsync();
    }

    private async Task RefusedAsync(string path, string body, string reason)
    {
        var (status, text) = await PostAsync(path, body);
        Assert.True(status == HttpStatusCode.BadRequest && text.Contains(reason, StringComparison.Ordinal), $"{path} {body}\n{status}: {text}");
    }

    private async Task<(HttpStatusCode Status, string Text)> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await given.Http.PostAsync(new Uri(path, UriKind.Relative), content);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>A worker that dies of a schema takes the tests' process with it, and then nobody answers.</summary>
    private async Task LivesAsync()
    {
        var end = await given.Fleet.Events.TerminalAsync(await given.Fleet.SubmitAsync());
        Assert.True(end.Kind == "completed", $"{end.Message}");
    }
}
