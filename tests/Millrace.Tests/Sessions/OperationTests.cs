using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Sessions.Conversation;

namespace Millrace.Tests.Sessions;

[Collection(SessionFleet.Name)]
[Integration]
public sealed class OperationTests(SessionFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Fact]
    public async Task A_session_is_made_with_everything_that_is_said_and_one_that_exists_is_left_as_it_is()
    {
        var create = Asked(SessionOperation.Create, Guid.CreateVersion7()) with
        {
            Tenant = "acme",
            SystemPrompt = " Be brief. ",
            Provider = "scripted",
            Model = "its-own",
            Options = new GenerationOptions { Temperature = 0.5 },
            Metadata = new Dictionary<string, string> { ["Job"] = "17" },
            Messages = [User("u1"), Assistant("a1")],
        };

        var made = await fleet.AskAsync(create);
        var again = await fleet.AskAsync(create with { RequestId = Guid.CreateVersion7(), SystemPrompt = "Be long.", Messages = [User("other")] });

        Assert.Equal((null, null), (made.Problem, again.Problem));
        foreach (var session in new[] { made.Session!, again.Session! })
        {
            Assert.Equal((create.SessionId, "acme", " Be brief. ", "scripted", "its-own"), (session.SessionId, session.Tenant, session.SystemPrompt, session.Provider, session.Model));
            Assert.Equal((0.5, "17"), (session.Options!.Temperature, session.Metadata!["Job"]));
            Assert.Equal((2L, 2L, null, 0L), (session.MessageCount, session.LastOrdinal, session.ActiveGeneration, session.Waiting));
        }
        Assert.InRange(made.Session!.CreatedAt, TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow().AddMinutes(5));
    }

    [Theory]
    [InlineData("  né \"quoted\" \\ 👩‍🌾\n\ttab\r\n  ")]
    [InlineData("\0 and \u0001 \u2028 \uFFFF </script>")]
    public async Task What_is_appended_is_kept_exactly_and_told_to_the_model(string text)
    {
        var session = await fleet.CreateAsync();
        fleet.Provider.Respond(call => call.Text(text).Stop());

        var appended = await fleet.AskAsync(Asked(SessionOperation.Append, session) with { Messages = [User(text), Assistant(text)] });
        Assert.Equal((null, 2L, 2L), (appended.Problem, appended.Session!.MessageCount, appended.Session.LastOrdinal));
        Assert.Equal(text, (await fleet.SayAsync(session, text)).Text);

        Assert.Equal([Said.System("Be brief."), Said.User(text), Said.Assistant(text), Said.User(text)], Said.In(fleet.Provider.Calls[^1]));
        await fleet.AssertTranscriptAsync(session, Said.User(text), Said.Assistant(text), Said.User(text), Said.Assistant(text));
    }

    [Fact]
    public async Task Clear_removes_the_messages_and_keeps_the_rest()
    {
        fleet.HoldTurnsThatSay("hold");
        var session = await fleet.CreateAsync(User("u1"), Assistant("a1"));
        await fleet.SayAsync(session, "u2");

        var cleared = await fleet.AskAsync(SessionOperation.Clear, session);
        Assert.Equal((null, 0L, "Be brief."), (cleared.Problem, cleared.Session!.MessageCount, cleared.Session.SystemPrompt));
        Assert.Empty(await fleet.TranscriptAsync(session));
        await fleet.SayAsync(session, "u3");

        Assert.Equal([Said.System("Be brief."), Said.User("u3")], Said.In(fleet.Provider.Calls[^1]));
        await fleet.AssertTranscriptAsync(session, Said.User("u3"), Said.Assistant("re u3"));
    }

    [Fact]
    public async Task Delete_removes_the_session_and_leaves_its_generations()
    {
        fleet.HoldTurnsThatSay("hold");
        var session = Guid.CreateVersion7();
        var turn = (await fleet.SayAsync(session, "u1")).Id;

        Assert.Null((await fleet.AskAsync(SessionOperation.Delete, session)).Problem);

        Assert.Equal(SessionProblem.NotFound, (await fleet.AskAsync(SessionOperation.Read, session)).Problem);
        Assert.Equal("completed", await fleet.QueryAsync<string>("SELECT state FROM generations WHERE id = $1", turn));
        await fleet.SayAsync(session, "u2"); // a new one under the same id
        await fleet.AssertTranscriptAsync(session, Said.User("u2"), Said.Assistant("re u2"));
    }

    [Fact]
    public async Task A_fork_is_a_copy_up_to_a_message_and_each_goes_its_own_way()
    {
        fleet.HoldTurnsThatSay("hold");
        var session = await fleet.CreateAsync(User("u1"), Assistant("a1"), User("u2"), Assistant("a2"));
        var (part, whole) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        var forked = await fleet.AskAsync(Asked(SessionOperation.Fork, session) with { NewSessionId = part, ThroughOrdinal = 2 });
        await fleet.AskAsync(Asked(SessionOperation.Fork, session) with { NewSessionId = whole });
        await fleet.SayAsync(part, "u3");

        Assert.Equal((null, part, "Be brief.", 2L), (forked.Problem, forked.Session!.SessionId, forked.Session.SystemPrompt, forked.Session.MessageCount));
        Assert.Equal([Said.System("Be brief."), Said.User("u1"), Said.Assistant("a1"), Said.User("u3")], Said.In(fleet.Provider.Calls[^1]));
        Said[] before = [Said.User("u1"), Said.Assistant("a1"), Said.User("u2"), Said.Assistant("a2")];
        await fleet.AssertTranscriptAsync(part, [.. before[..2], Said.User("u3"), Said.Assistant("re u3")]);
        await fleet.AssertTranscriptAsync(session, before);
        await fleet.AssertTranscriptAsync(whole, before);
        Assert.Equal(SessionProblem.Exists, (await fleet.AskAsync(Asked(SessionOperation.Fork, session) with { NewSessionId = part })).Problem);
    }

    [Fact]
    public async Task The_answer_comes_under_the_askers_channel_and_the_sessions_id()
    {
        var create = Asked(SessionOperation.Create, Guid.CreateVersion7()) with { Channel = "mine" };

        await fleet.AskAsync(create);

        var answer = Assert.Single(Answers(fleet.Events.Seen, create.RequestId));
        Assert.Equal(("session", "mine", create.SessionId), (answer.Kind, answer.Channel, answer.Id));
    }
}
