using System.Text.Json;
using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Sessions.Conversation;

namespace Millrace.Tests.Sessions;

/// <summary>The same request about a session again is the same request.</summary>
[Collection(SessionFleet.Name)]
[Integration]
public sealed class RepeatTests(SessionFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Fact]
    public async Task Messages_that_are_appended_many_times_at_once_are_there_once()
    {
        var session = await fleet.CreateAsync(User("u1"));
        var append = Asked(SessionOperation.Append, session) with { Messages = [Assistant("a1"), User("u2")] };

        await SendAsync(append, 10);
        await fleet.AskAsync(Asked(SessionOperation.Append, session) with { Messages = [Assistant("a2")] });
        var again = await fleet.AskAsync(append);

        Assert.Null(again.Problem);
        await fleet.AssertTranscriptAsync(session, Said.User("u1"), Said.Assistant("a1"), Said.User("u2"), Said.Assistant("a2"));
    }

    [Fact]
    public async Task A_session_that_is_made_many_times_at_once_has_its_messages_once()
    {
        var create = Asked(SessionOperation.Create, Guid.CreateVersion7()) with { Messages = [User("u1"), Assistant("a1")] };

        await SendAsync(create, 10);

        await fleet.AssertTranscriptAsync(create.SessionId, Said.User("u1"), Said.Assistant("a1"));
        Assert.All(Answers(fleet.Events.Seen, create.RequestId), answer => Assert.Null(Read(answer).Problem));
    }

    [Fact]
    public async Task A_fork_that_is_asked_for_again_is_the_same_copy()
    {
        var session = await fleet.CreateAsync(User("u1"), Assistant("a1"));
        var fork = Asked(SessionOperation.Fork, session) with { NewSessionId = Guid.CreateVersion7() };

        await SendAsync(fork, 5);

        Assert.All(Answers(fleet.Events.Seen, fork.RequestId), answer => Assert.Null(Read(answer).Problem));
        await fleet.AssertTranscriptAsync(fork.NewSessionId!.Value, Said.User("u1"), Said.Assistant("a1"));
    }

    [Fact]
    public async Task A_clear_that_is_delivered_again_removes_nothing_that_came_after_it()
    {
        var session = await fleet.CreateAsync(User("u1"));
        var clear = Asked(SessionOperation.Clear, session);

        await fleet.AskAsync(clear);
        await fleet.AskAsync(Asked(SessionOperation.Append, session) with { Messages = [User("u2")] });
        await fleet.AskAsync(clear);

        await fleet.AssertTranscriptAsync(session, Said.User("u2"));
    }

    [Fact]
    public async Task An_append_that_is_delivered_again_after_a_clear_adds_nothing()
    {
        var session = await fleet.CreateAsync();
        var append = Asked(SessionOperation.Append, session) with { Messages = [User("u1")] };

        await fleet.AskAsync(append);
        await fleet.AskAsync(SessionOperation.Clear, session);
        await fleet.AskAsync(append);

        await fleet.AssertTranscriptAsync(session);
    }

    [Fact]
    public async Task A_delete_that_is_delivered_again_has_the_same_answer()
    {
        var session = await fleet.CreateAsync(User("u1"));
        var delete = Asked(SessionOperation.Delete, session);

        Assert.Null((await fleet.AskAsync(delete)).Problem);
        Assert.Null((await fleet.AskAsync(delete)).Problem);
    }

    [Fact]
    public async Task An_append_that_is_delivered_again_while_a_turn_runs_has_the_same_answer()
    {
        var release = fleet.HoldTurnsThatSay("hold");
        var session = await fleet.CreateAsync();
        var append = Asked(SessionOperation.Append, session) with { Messages = [User("u1")] };
        await fleet.AskAsync(append);
        var turn = await fleet.StartTurnAsync(Turn(session, "hold"));

        var again = await fleet.AskAsync(append);
        release.SetResult();
        await fleet.Events.TerminalAsync(turn);

        Assert.Null(again.Problem);
        await fleet.AssertTranscriptAsync(session, Said.User("u1"), Said.User("hold"), Said.Assistant("re hold"));
    }

    [Fact]
    public async Task Appends_from_many_at_once_all_enter_each_in_one_piece()
    {
        var session = await fleet.CreateAsync();
        var appends = Enumerable.Range(0, 30)
            .Select(n => Asked(SessionOperation.Append, session) with { Messages = [User($"u{n}"), Assistant($"a{n}")] }).ToList();

        var answers = await Task.WhenAll(appends.Select(fleet.AskAsync));

        Assert.All(answers, answer => Assert.Null(answer.Problem));
        var pairs = Said.In(await fleet.TranscriptAsync(session)).Chunk(2).ToList();
        Assert.Equal(30, pairs.Select(pair => pair[0].Text).Distinct().Count());
        Assert.All(pairs, pair => Assert.Equal((Said.User("u" + pair[0].Text[1..]), Said.Assistant("a" + pair[0].Text[1..])), (pair[0], pair[1])));
    }

    /// <summary>Publishes it so many times at once and waits for as many answers.</summary>
    private async Task SendAsync(SessionRequested request, int times)
    {
        var body = JsonSerializer.Serialize(request, ContractsJson.Options);
        await Task.WhenAll(Enumerable.Range(0, times).Select(_ => fleet.Producer.SendAsync("SessionRequested", body)));
        await fleet.Events.UntilAsync(seen => Answers(seen, request.RequestId).Count() >= times);
    }
}
