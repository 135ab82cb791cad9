using Millrace.Client.RabbitMq.Requests;
using Millrace.Contracts;

namespace Millrace.Tests.Client;

/// <summary>Who gets which answer.</summary>
public sealed class AwaitedAnswersTests
{
    private readonly Guid request = Guid.NewGuid();
    private readonly SessionAnswers answers = new();

    [Fact]
    public void A_second_waiter_under_the_same_id_is_refused_until_the_first_has_gone()
    {
        var tools = new AwaitedAnswers<ToolRegistered>(answer => answer.RequestId);
        var first = tools.Expect(request);

        Assert.Throws<InvalidOperationException>(() => tools.Expect(request));
        first.Dispose();
        using var second = tools.Expect(request);
        tools.Accept(new() { RequestId = request, Name = "x" });

        Assert.Equal((false, true), (first.Answer.IsCompleted, second.Answer.IsCompletedSuccessfully));
    }

    [Fact]
    public async Task Waiters_under_one_request_id_each_get_the_answer_to_their_own_call()
    {
        var (a, b) = (Asked("a"), Asked("b"));
        using var ours = answers.Expect(a);
        using var theirs = answers.Expect(b);

        answers.Accept(Answer(b) with { Tenant = "b", Message = "theirs" });

        Assert.Equal((false, "theirs"), (ours.Answer.IsCompleted, (await theirs.Answer).Message));
    }

    [Fact]
    public void An_answer_of_another_tenant_is_nobodys()
    {
        var asked = Asked("a");
        using var waiting = answers.Expect(asked);

        answers.Accept(Answer(asked) with { Tenant = "b" });
        answers.Accept(Answer(asked) with { Session = Described(asked.SessionId, "b") });
        answers.Accept(Answer(asked) with { Sessions = [Described(asked.SessionId, "a"), Described(Guid.NewGuid(), "b")] });
        Assert.False(waiting.Answer.IsCompleted);

        answers.Accept(Answer(asked) with { Tenant = "a", Session = Described(asked.SessionId, "a") });
        Assert.True(waiting.Answer.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_worker_of_the_version_before_answers_by_the_requests_id_where_it_is_clear_whose_that_is()
    {
        var (a, again, b) = (Asked("a"), Asked("a") with { CallId = Guid.NewGuid() }, Asked("b"));
        using var first = answers.Expect(a);
        using var second = answers.Expect(again with { SessionId = a.SessionId });
        answers.Accept(new() { RequestId = request, Message = "both" });
        Assert.Equal(("both", "both"), ((await first.Answer).Message, (await second.Answer).Message));

        using var ours = answers.Expect(a with { CallId = Guid.NewGuid() });
        using var theirs = answers.Expect(b);
        answers.Accept(new() { RequestId = request, Problem = SessionProblem.Busy, Message = "whose?" });
        Assert.Equal((false, false), (ours.Answer.IsCompleted, theirs.Answer.IsCompleted));
        answers.Accept(new() { RequestId = request, Session = Described(b.SessionId, "b") });
        Assert.Equal((false, true), (ours.Answer.IsCompleted, theirs.Answer.IsCompletedSuccessfully));
    }

    private SessionRequested Asked(string tenant) =>
        new() { RequestId = request, Operation = SessionOperation.Append, SessionId = Guid.NewGuid(), Tenant = tenant, CallId = Guid.NewGuid() };

    private static SessionAnswered Answer(SessionRequested asked) => new() { RequestId = asked.RequestId, CallId = asked.CallId };

    private static SessionDescription Described(Guid id, string tenant) => Contracts.SessionSamples.Description with { SessionId = id, Tenant = tenant };
}
