using Millrace.Contracts;
using Millrace.Persistence.Model;
using Millrace.Tests.Persistence;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Sessions;

[Integration]
public sealed class SessionStoreTests(Truths truths) : IClassFixture<Truths>
{
    private static readonly SessionSettings Settings = new("Be brief.\0 ", "p", "m", new() { Temperature = 0.5 });

    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<Kind> Both => Truths.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_was_said_is_kept_exactly(Kind kind)
    {
        var (truth, session) = (truths.Of(kind), Guid.NewGuid());
        string[] texts = ["  both ends  ", "é\u0301 🚉\r\n", "zero \0 byte", "\"quoted\" \\ <tag>"];

        await truth.Sessions.CreateAsync("default", session, Settings, Messages(texts), Guid.NewGuid(), None);

        Assert.Equal(texts, await truth.TextsAsync(session));
        var described = await truth.Sessions.FindAsync("default", session, None);
        Assert.Equal((Settings.SystemPrompt, "p", "m", 0.5, 4L, 4L),
            (described!.SystemPrompt, described.Provider, described.Model, described.Options!.Temperature, described.MessageCount, described.LastOrdinal));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_repeated_request_adds_nothing(Kind kind)
    {
        var (truth, session, request) = (truths.Of(kind), Guid.NewGuid(), Guid.NewGuid());
        await truth.Sessions.CreateAsync("default", session, Settings, Messages("a"), Guid.NewGuid(), None);

        truth.Database.LoseNextTransaction = true;
        Assert.Null(await truth.Sessions.AppendAsync("default", session, Messages("b", "c"), request, None));
        Assert.Null(await truth.Sessions.AppendAsync("default", session, Messages("b", "c"), request, None));
        Assert.Null(await truth.Sessions.CreateAsync("default", session, Settings, Messages("other"), Guid.NewGuid(), None));

        Assert.Equal(["a", "b", "c"], await truth.TextsAsync(session));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_repeated_change_is_done_whatever_has_become_of_the_session(Kind kind)
    {
        var (truth, session) = (truths.Of(kind), Guid.NewGuid());
        var (append, clear, delete) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await truth.Sessions.CreateAsync("default", session, Settings, [], Guid.NewGuid(), None);
        await truth.Sessions.AppendAsync("default", session, Messages("a"), append, None);
        truth.Database.LoseNextTransaction = true;
        Assert.Null(await truth.Sessions.ClearAsync("default", session, clear, None));
        await truth.Sessions.AppendAsync("default", session, Messages("b"), Guid.NewGuid(), None);
        await truth.AddTurnAsync(session);

        Assert.Null(await truth.Sessions.AppendAsync("default", session, Messages("a"), append, None));
        Assert.Null(await truth.Sessions.ClearAsync("default", session, clear, None));
        Assert.Equal(["b"], await truth.TextsAsync(session));

        var other = Guid.NewGuid();
        await truth.Sessions.CreateAsync("default", other, Settings, [], Guid.NewGuid(), None);
        Assert.Null(await truth.Sessions.DeleteAsync("default", other, delete, None));
        Assert.Null(await truth.Sessions.DeleteAsync("default", other, delete, None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_request_id_counts_for_its_tenant_and_session_alone(Kind kind)
    {
        var (truth, one, other, foreign, request) = (truths.Of(kind), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await truth.Sessions.CreateAsync("a", one, Settings, [], Guid.NewGuid(), None);
        await truth.Sessions.CreateAsync("a", other, Settings, [], Guid.NewGuid(), None);
        await truth.Sessions.CreateAsync("b", foreign, Settings, [], Guid.NewGuid(), None);

        Assert.Null(await truth.Sessions.AppendAsync("b", foreign, Messages("b"), request, None));
        Assert.Null(await truth.Sessions.AppendAsync("a", one, Messages("one"), request, None));
        Assert.Null(await truth.Sessions.AppendAsync("a", other, Messages("other"), request, None));
        Assert.Equal(SessionProblem.NotFound, await truth.Sessions.AppendAsync("b", one, Messages("x"), request, None));
        Assert.Equal(SessionProblem.NotFound, await truth.Sessions.ClearAsync("b", one, request, None));

        Assert.Equal([["one"], ["other"], ["b"]], new[] { await truth.TextsAsync(one), await truth.TextsAsync(other), await truth.TextsAsync(foreign) });
        Assert.Equal(("a", null), (await truth.Sessions.OwnerAsync(one, None), await truth.Sessions.OwnerAsync(Guid.NewGuid(), None)));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_copy_that_another_tenant_made_under_the_same_request_is_no_repetition(Kind kind)
    {
        var (truth, ours, theirs, copy, request) = (truths.Of(kind), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await truth.Sessions.CreateAsync("a", ours, Settings, Messages("a"), Guid.NewGuid(), None);
        await truth.Sessions.CreateAsync("b", theirs, Settings, Messages("b"), Guid.NewGuid(), None);

        Assert.Null(await truth.Sessions.ForkAsync("b", theirs, copy, 1, request, None));

        Assert.Equal(SessionProblem.Exists, await truth.Sessions.ForkAsync("a", ours, copy, 1, request, None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_busy_session_is_not_changed_but_can_be_forked(Kind kind)
    {
        var (truth, session) = (truths.Of(kind), Guid.NewGuid());
        await truth.Sessions.CreateAsync("default", session, Settings, Messages("a", "b"), Guid.NewGuid(), None);
        var turn = await truth.AddTurnAsync(session);

        Assert.Equal(SessionProblem.Busy, await truth.Sessions.AppendAsync("default", session, Messages("c"), Guid.NewGuid(), None));
        Assert.Equal(SessionProblem.Busy, await truth.Sessions.ClearAsync("default", session, Guid.NewGuid(), None));
        Assert.Equal(SessionProblem.Busy, await truth.Sessions.DeleteAsync("default", session, Guid.NewGuid(), None));
        Assert.Equal(turn.Id, (await truth.Sessions.FindAsync("default", session, None))!.ActiveGeneration);

        var copy = Guid.NewGuid();
        var request = Guid.NewGuid();
        Assert.Null(await truth.Sessions.ForkAsync("default", session, copy, 1, request, None));
        Assert.Null(await truth.Sessions.ForkAsync("default", session, copy, 1, request, None));
        Assert.Equal(SessionProblem.Exists, await truth.Sessions.ForkAsync("default", session, copy, 1, Guid.NewGuid(), None));
        Assert.Equal(["a"], await truth.TextsAsync(copy));
        Assert.Equal("Be brief.\0 ", (await truth.Sessions.FindAsync("default", copy, None))!.SystemPrompt);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Cleared_numbers_are_not_used_again_and_the_system_prompt_stays(Kind kind)
    {
        var (truth, session) = (truths.Of(kind), Guid.NewGuid());
        await truth.Sessions.CreateAsync("default", session, Settings, Messages("a", "b"), Guid.NewGuid(), None);

        Assert.Null(await truth.Sessions.ClearAsync("default", session, Guid.NewGuid(), None));
        await truth.Sessions.AppendAsync("default", session, Messages("c"), Guid.NewGuid(), None);

        var left = Assert.Single(await truth.Sessions.MessagesAsync(session, 0, 10, None));
        Assert.Equal((3L, "c"), (left.Ordinal, left.Text));
        Assert.Equal(Settings.SystemPrompt, (await truth.Sessions.FindAsync("default", session, None))!.SystemPrompt);
        Assert.Null(await truth.Sessions.DeleteAsync("default", session, Guid.NewGuid(), None));
        Assert.Equal(SessionProblem.NotFound, await truth.Sessions.DeleteAsync("default", session, Guid.NewGuid(), None));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_tenants_sessions_are_its_own_and_come_in_pages(Kind kind)
    {
        var (truth, tenant) = (truths.Of(kind), $"t-{Guid.NewGuid():N}");
        var made = new List<Guid>();
        for (var n = 0; n < 5; n++)
        {
            made.Insert(0, Guid.NewGuid());
            await truth.Sessions.CreateAsync(tenant, made[0], Settings, Messages("a"), Guid.NewGuid(), None);
        }

        var first = await truth.Sessions.ListAsync(tenant, null, 2, None);
        var rest = await truth.Sessions.ListAsync(tenant, first[^1].SessionId, 10, None);

        Assert.Equal(made.Order(), first.Concat(rest).Select(session => session.SessionId).Order());
        Assert.Equal(SessionProblem.NotFound, await truth.Sessions.ClearAsync("default", made[0], Guid.NewGuid(), None));
        Assert.Equal(SessionProblem.Exists, await truth.Sessions.CreateAsync("default", made[0], Settings, [], Guid.NewGuid(), None));
    }

    private static SessionMessage[] Messages(params string[] texts) =>
        [.. texts.Select((text, n) => new SessionMessage { Role = n % 2 == 0 ? MessageRole.User : MessageRole.Assistant, Text = text })];
}
