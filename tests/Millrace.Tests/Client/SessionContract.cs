using Microsoft.Extensions.Time.Testing;
using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Tests.Client.Fakes;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Client;

/// <summary>What a session's handle promises on every transport.</summary>
public abstract class SessionContract
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected abstract Task<Stage> StageAsync();

    [Fact]
    public async Task A_session_is_made_filled_and_asked_with_the_first_awaited_call_in_this_order()
    {
        await using var stage = await StageAsync();
        var client = await stage.ClientAsync();
        var tenant = stage.Gateway is null ? "acme" : null; // over HTTP it is the key's
        var session = client.CreateSession(
            "You are a helpful assistant.", "openai", "gpt-test", new GenerationOptions { Temperature = 0.5 }, new Dictionary<string, string> { ["Job"] = "17" }, tenant: tenant);
        session.AddMessage(MessageRole.User, "Hello");
        session.AddMessage(MessageRole.Assistant, "Hello yourself.");
        Assert.Empty(stage.Fleet.Sessions.Requests);

        var completed = await session.GenerateAsync("How are you?", Token);

        Assert.Equal("w1 w2 w3 w4 w5 ", completed.Text);
        var asked = stage.Fleet.Sessions.Requests.ToList();
        Assert.Equal([SessionOperation.Create, SessionOperation.Append], asked.Select(request => request.Operation));
        Assert.All(asked, request => Assert.Equal((session.Id, tenant ?? "default"), (request.SessionId, request.Tenant)));
        Assert.All(asked, request => Assert.True(stage.Gateway is not null || request.Channel == client.Channel));
        Assert.Equal(("You are a helpful assistant.", "openai", "gpt-test", 0.5), (asked[0].SystemPrompt, asked[0].Provider, asked[0].Model, asked[0].Options?.Temperature));
        Assert.Equal("17", asked[0].Metadata!["Job"]);
        Assert.Equal(["Hello", "Hello yourself."], stage.Fleet.Sessions[session.Id].Select(message => message.Text));
        var turn = Assert.Single(stage.Fleet.Requests);
        Assert.Equal((session.Id, tenant, "How are you?"), (turn.SessionId, turn.Tenant, turn.Prompt));
    }

    [Fact]
    public async Task A_turn_without_a_prompt_answers_the_message_added_last()
    {
        await using var stage = await StageAsync();
        var session = (await stage.ClientAsync()).CreateSession();
        session.AddMessage(MessageRole.Assistant, "How can I help?");
        session.AddMessage(MessageRole.User, "With this.");

        Assert.Equal(Reading.Through(5), await session.StreamAsync(cancellationToken: Token).SequencesAsync());

        Assert.Equal("With this.", Assert.Single(stage.Fleet.Requests).Prompt);
        Assert.Equal("How can I help?", Assert.Single(stage.Fleet.Sessions[session.Id]).Text);
        await Assert.ThrowsAsync<InvalidOperationException>(() => session.GenerateAsync(cancellationToken: Token));
    }

    [Fact]
    public async Task What_is_added_behind_a_turn_does_not_go_before_it()
    {
        await using var stage = await StageAsync();
        var session = (await stage.ClientAsync()).CreateSession();
        session.AddMessage(MessageRole.User, "before");
        var stream = session.StreamAsync("turn", Token);
        session.AddMessage(MessageRole.User, "after");
        await stream.Completion;

        Assert.Equal(["before"], stage.Fleet.Sessions[session.Id].Select(message => message.Text));
        await session.SaveAsync(Token);
        Assert.Equal(["before", "after"], stage.Fleet.Sessions[session.Id].Select(message => message.Text));
    }

    [Fact]
    public async Task Lost_answers_are_asked_for_again_and_nothing_is_done_twice()
    {
        await using var stage = await StageAsync();
        var seen = new Dictionary<Guid, int>();
        stage.Fleet.Sessions.Loses = request => (seen[request.RequestId] = seen.GetValueOrDefault(request.RequestId) + 1) < 3;
        var session = (await stage.ClientAsync(Stage.Impatient)).CreateSession("Be brief.");
        session.AddMessage(MessageRole.User, "once");

        Assert.Equal(1, (await session.DescribeAsync(Token)).MessageCount);

        Assert.Equal("once", Assert.Single(stage.Fleet.Sessions[session.Id]).Text);
        Assert.All(seen.Values, times => Assert.True(times >= 3)); // more often where an answer takes its time
        Assert.Equal(3, seen.Count);
    }

    [Fact]
    public async Task A_problem_is_a_typed_error_and_what_was_refused_goes_out_with_the_next_call()
    {
        await using var stage = await StageAsync();
        var client = await stage.ClientAsync();
        var missing = await Assert.ThrowsAsync<SessionException>(() => client.Session(Guid.NewGuid()).DescribeAsync(Token));
        Assert.Equal(SessionProblem.NotFound, missing.Problem);
        Assert.StartsWith("There is no session ", missing.Message, StringComparison.Ordinal);

        var session = client.CreateSession();
        await session.SaveAsync(Token);
        session.AddMessage(MessageRole.User, "patience");
        stage.Fleet.Sessions.Refuses = request => request.Operation == SessionOperation.Append ? SessionProblem.Busy : null;
        Assert.Equal(SessionProblem.Busy, (await Assert.ThrowsAsync<SessionException>(() => session.GenerateAsync("now", Token))).Problem);
        Assert.Empty(stage.Fleet.Requests);

        stage.Fleet.Sessions.Refuses = _ => null;
        await session.GenerateAsync("now", Token);
        Assert.Equal("patience", Assert.Single(stage.Fleet.Sessions[session.Id]).Text);
    }

    [Fact]
    public async Task Nobody_who_answers_is_told_in_time_and_the_same_request_goes_out_with_the_next_call()
    {
        await using var stage = await StageAsync();
        stage.Fleet.Sessions.Loses = _ => true;
        var time = new FakeTimeProvider();
        var session = (await stage.ClientAsync(options => options.AnswerTimeout = TimeSpan.FromSeconds(20), time)).CreateSession();

        var saving = session.SaveAsync(Token);
        await Until.TrueAsync(() => !stage.Fleet.Sessions.Requests.IsEmpty);
        time.Advance(TimeSpan.FromSeconds(20));
        var silent = await Assert.ThrowsAsync<FleetUnreachableException>(() => saving);
        Assert.Contains("within 20 s", silent.Message, StringComparison.Ordinal);
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.SaveAsync(impatient.Token));

        stage.Fleet.Sessions.Loses = _ => false;
        await session.SaveAsync(Token);
        Assert.Single(stage.Fleet.Sessions.Requests.Select(request => request.RequestId).Distinct());
    }

    [Fact]
    public async Task Messages_and_sessions_are_read_over_their_pages()
    {
        await using var stage = await StageAsync();
        stage.Fleet.Sessions.PageLimit = 7;
        var client = await stage.ClientAsync();
        var session = client.CreateSession();
        for (var i = 1; i <= 20; i++)
            session.AddMessage(i % 2 == 0 ? MessageRole.Assistant : MessageRole.User, $"{i}");
        var all = new HashSet<Guid> { session.Id };
        for (var i = 0; i < 9; i++)
        {
            var other = client.CreateSession();
            await other.SaveAsync(Token);
            all.Add(other.Id);
        }

        Assert.Equal(Enumerable.Range(1, 20).Select(i => $"{i}"), await session.MessagesAsync(cancellationToken: Token).Select(message => message.Text).ToListAsync(Token));
        Assert.Equal(Reading.Through(20, after: 18), await session.MessagesAsync(18, Token).Select(message => message.Ordinal).ToListAsync(Token));
        Assert.Equal(all, (await client.ListSessionsAsync(cancellationToken: Token).Select(found => found.SessionId).ToListAsync(Token)).ToHashSet());
    }

    [Fact]
    public async Task A_session_is_forked_cleared_and_deleted()
    {
        await using var stage = await StageAsync();
        var session = (await stage.ClientAsync()).CreateSession();
        foreach (var text in new[] { "one", "two", "three" })
            session.AddMessage(MessageRole.User, text);

        var copy = await session.ForkAsync(throughOrdinal: 2, cancellationToken: Token);
        await session.ClearAsync(Token);

        Assert.Equal(["one", "two"], stage.Fleet.Sessions[copy.Id].Select(message => message.Text));
        Assert.Empty(stage.Fleet.Sessions[session.Id]);
        await session.DeleteAsync(Token);
        Assert.Equal(SessionProblem.NotFound, (await Assert.ThrowsAsync<SessionException>(() => session.DescribeAsync(Token))).Problem);
        Assert.Equal(2, (await copy.DescribeAsync(Token)).MessageCount);
    }

    [Fact]
    public async Task A_delete_whose_answer_was_lost_is_done()
    {
        await using var stage = await StageAsync();
        var session = (await stage.ClientAsync(Stage.Impatient)).CreateSession();
        await session.SaveAsync(Token);
        stage.Fleet.Sessions.Remembers = false;
        var lost = 0;
        stage.Fleet.Sessions.Loses = _ => Interlocked.Increment(ref lost) == 1;

        await session.DeleteAsync(Token);

        Assert.Equal(0, stage.Fleet.Sessions.Count);
        Assert.Equal(SessionProblem.NotFound, (await Assert.ThrowsAsync<SessionException>(() => session.DeleteAsync(Token))).Problem);
    }

    [Fact]
    public async Task Messages_that_no_session_takes_are_refused_at_once()
    {
        await using var stage = await StageAsync();
        var client = await stage.ClientAsync();
        var session = client.CreateSession();

        Assert.Throws<ArgumentException>(() => session.AddMessage(MessageRole.System, "no"));
        Assert.Throws<ArgumentException>(() => session.AddMessage(MessageRole.Tool, "no results"));
        Assert.Throws<ArgumentException>(() => session.AddMessage(MessageRole.User, "half \ud83d"));
        Assert.Throws<ArgumentException>(() => client.Session(Guid.Empty));
        Assert.Throws<ArgumentException>(() => client.CreateSession(id: Guid.Empty));
        await Assert.ThrowsAsync<ArgumentException>(() => session.GenerateAsync("", Token));
        Assert.Empty(stage.Fleet.Sessions.Requests);
    }

    [Fact]
    public async Task Waiting_ends_with_the_client()
    {
        await using var stage = await StageAsync();
        stage.Fleet.Sessions.Loses = _ => true;
        var client = await stage.ClientAsync();
        var waiting = client.CreateSession().SaveAsync(Token);
        await Until.TrueAsync(() => !stage.Fleet.Sessions.Requests.IsEmpty);

        await client.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
    }
}
