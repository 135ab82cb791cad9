using System.Text.Json;
using Millrace.Contracts;
using Millrace.Engine.Sessions;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Sessions.Conversation;

namespace Millrace.Tests.Sessions;

/// <summary>Requests about sessions that are not done, and why.</summary>
[Collection(SessionFleet.Name)]
[Integration]
public sealed class RefusalTests(SessionFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    private static JsonElement Nested => JsonElement.Parse(string.Concat(Enumerable.Repeat("""{"a":""", 49)) + "1" + new string('}', 49));

    [Theory]
    [InlineData("session id", "SessionId")]
    [InlineData("role", "Messages[1]")]
    [InlineData("calls of a user", "Messages[0]")]
    [InlineData("too many", "1,000")]
    [InlineData("no messages", "Messages")]
    [InlineData("limit 0", "Limit")]
    [InlineData("limit 501", "Limit")]
    [InlineData("tenant", "Tenant")]
    [InlineData("temperature", "Options.Temperature")]
    [InlineData("new id", "NewSessionId")]
    [InlineData("model", "Model has a control character")]
    [InlineData("provider", "Provider has a control character")]
    [InlineData("deep schema", "Options.JsonSchema is nested 49 levels deep")]
    public async Task A_broken_rule_is_named_with_its_field_and_nothing_changes(string what, string named)
    {
        var session = await fleet.CreateAsync(User("u1"));
        var append = Asked(SessionOperation.Append, session);

        var answer = await fleet.AskAsync(what switch
        {
            "session id" => Asked(SessionOperation.Read),
            "role" => append with { Messages = [User("u"), new() { Role = MessageRole.System, Text = "s" }] },
            "calls of a user" => append with { Messages = [User("") with { ToolCalls = [new("c", "f", "{}")] }] },
            "too many" => append with { Messages = [.. Enumerable.Repeat(User("u"), 1001)] },
            "no messages" => append,
            "limit 0" => Asked(SessionOperation.Read, session) with { Limit = 0 },
            "limit 501" => Asked(SessionOperation.Read, session) with { Limit = 501 },
            "tenant" => Asked(SessionOperation.Read, session) with { Tenant = "a b" },
            "model" => Asked(SessionOperation.Create, Guid.CreateVersion7()) with { Model = "scripted/a\0" },
            "provider" => Asked(SessionOperation.Create, Guid.CreateVersion7()) with { Provider = "\0" },
            "deep schema" => Asked(SessionOperation.Create, Guid.CreateVersion7()) with { Options = new() { JsonSchema = Nested } },
            "temperature" => Asked(SessionOperation.Create, Guid.CreateVersion7()) with { Options = new GenerationOptions { Temperature = 5 } },
            _ => Asked(SessionOperation.Fork, session),
        });

        Assert.Equal(SessionProblem.Invalid, answer.Problem);
        Assert.Contains(named.Replace(",", ""), answer.Message!.Replace(",", ""), StringComparison.OrdinalIgnoreCase);
        await fleet.AssertTranscriptAsync(session, Said.User("u1"));
    }

    [Fact]
    public void Options_that_could_not_be_written_again_are_refused()
    {
        var schema = JsonElement.Parse("""{"title":"\ud800"}""");

        var broken = SessionRules.Broken(Asked(SessionOperation.Create, Guid.CreateVersion7()) with { Options = new() { JsonSchema = schema } }, 100, 1000);

        Assert.Equal("Options.JsonSchema holds half of a surrogate pair, which is no text.", broken);
    }

    [Fact]
    public async Task A_turn_of_a_tenant_that_none_can_be_fails_and_says_so()
    {
        var id = await fleet.SubmitAsync(FleetFixture.Request("x") with { SessionId = Guid.CreateVersion7(), Tenant = "a\0" });

        var end = await fleet.Events.TerminalAsync(id);

        Assert.Equal(("failed", "InvalidRequest"), (end.Kind, end.String("reason")));
        Assert.StartsWith("Tenant is ", end.String("message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SessionOperation.Append)]
    [InlineData(SessionOperation.Read)]
    [InlineData(SessionOperation.Clear)]
    [InlineData(SessionOperation.Delete)]
    [InlineData(SessionOperation.Fork)]
    public async Task What_does_not_exist_or_is_another_tenants_is_not_found(SessionOperation operation)
    {
        var session = await fleet.CreateAsync(User("u1"));
        var request = Asked(operation, Guid.CreateVersion7()) with { Messages = [User("u")], NewSessionId = Guid.CreateVersion7() };

        Assert.Equal(SessionProblem.NotFound, (await fleet.AskAsync(request)).Problem);
        Assert.Equal(
            SessionProblem.NotFound,
            (await fleet.AskAsync(request with { RequestId = Guid.CreateVersion7(), SessionId = session, Tenant = "other" })).Problem);
        await fleet.AssertTranscriptAsync(session, Said.User("u1"));
    }

    [Fact]
    public async Task An_id_that_belongs_to_another_tenant_is_neither_made_nor_spoken_in()
    {
        var session = await fleet.CreateAsync(User("u1"));

        var created = await fleet.AskAsync(Asked(SessionOperation.Create, session) with { Tenant = "other" });
        var spoken = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Turn(session, "u2") with { Tenant = "other" }));

        Assert.Equal(SessionProblem.Exists, created.Problem);
        Assert.Equal("failed", spoken.Kind);
        await fleet.AssertTranscriptAsync(session, Said.User("u1"));
    }

    [Fact]
    public async Task What_a_turn_reads_is_not_changed_while_one_runs_or_waits()
    {
        var release = fleet.HoldTurnsThatSay("hold");
        var session = await fleet.CreateAsync(User("u1"));
        var turns = new[] { await fleet.StartTurnAsync(Turn(session, "hold")), await fleet.WaitTurnAsync(Turn(session, "u3")) };

        foreach (var operation in new[] { SessionOperation.Append, SessionOperation.Clear, SessionOperation.Delete })
            Assert.Equal(SessionProblem.Busy, (await fleet.AskAsync(Asked(operation, session) with { Messages = [User("no")] })).Problem);
        var copy = await fleet.AskAsync(Asked(SessionOperation.Fork, session) with { NewSessionId = Guid.CreateVersion7() });
        release.SetResult();
        foreach (var turn in turns) await fleet.Events.TerminalAsync(turn);

        Assert.Equal((null, 1L, null, 0L), (copy.Problem, copy.Session!.MessageCount, copy.Session.ActiveGeneration, copy.Session.Waiting));
        await fleet.AssertTranscriptAsync(session, Said.User("u1"), Said.User("hold"), Said.Assistant("re hold"), Said.User("u3"), Said.Assistant("re u3"));
        Assert.Null((await fleet.AskAsync(SessionOperation.Clear, session)).Problem);
    }

    [Fact]
    public async Task A_request_over_the_cap_is_refused()
    {
        var session = await fleet.CreateAsync(User("u1"));

        var answer = await fleet.AskAsync(Asked(SessionOperation.Append, session) with { Messages = [User(new string('x', (4 * 1024 * 1024) + 1))] });

        Assert.Equal(SessionProblem.Invalid, answer.Problem);
        Assert.Contains("4194304", answer.Message, StringComparison.Ordinal);
        await fleet.AssertTranscriptAsync(session, Said.User("u1"));
    }

    [Fact]
    public async Task Copies_onto_each_other_and_onto_itself_are_all_refused()
    {
        var (one, two) = (await fleet.CreateAsync(User("u1")), await fleet.CreateAsync(User("u2")));

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(n => fleet.AskAsync(
            Asked(SessionOperation.Fork, n % 2 == 0 ? one : two) with { NewSessionId = n % 3 == 0 ? one : two })));

        Assert.All(answers, answer => Assert.Equal(SessionProblem.Exists, answer.Problem));
        await fleet.AssertTranscriptAsync(one, Said.User("u1"));
    }

    [Fact]
    public async Task The_empty_session_id_is_no_session()
    {
        var failed = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Turn(Guid.Empty, "u1")));

        Assert.Equal(("failed", nameof(FailureReason.InvalidRequest)), (failed.Kind, failed.String("reason")));
        Assert.Contains("SessionId", failed.String("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_cannot_be_read_holds_nobody_up()
    {
        foreach (var body in new[] { "", "{", "null", "{\"unrelated\":1}", $"{{\"requestId\":\"{Guid.NewGuid()}\",\"operation\":\"Burn\"}}" })
            await fleet.Producer.SendAsync("SessionRequested", body);

        await fleet.AssertTranscriptAsync(await fleet.CreateAsync(User("u1")), Said.User("u1"));
    }
}
