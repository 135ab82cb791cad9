using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Sessions.Conversation;

namespace Millrace.Tests.Sessions;

[Collection(SessionFleet.Name)]
[Integration]
public sealed class PageTests(SessionFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Fact]
    public async Task A_transcript_is_read_page_by_page()
    {
        var session = await fleet.CreateAsync([.. Enumerable.Range(1, 7).Select(n => User($"u{n}"))]);
        var read = Asked(SessionOperation.Read, session) with { Limit = 3 };

        var pages = new List<SessionAnswered>();
        foreach (var after in new[] { 0, 3, 6, 7 })
            pages.Add(await fleet.AskAsync(read with { RequestId = Guid.CreateVersion7(), AfterOrdinal = after }));

        Assert.Equal([3, 3, 1, 0], pages.Select(page => page.Messages!.Count));
        Assert.Equal([true, true, false, false], pages.Select(page => page.HasMore));
        Assert.Equal(Enumerable.Range(1, 7).Select(n => $"u{n}"), pages.SelectMany(page => page.Messages!).Select(message => message.Text));
        Assert.Equal(Enumerable.Range(1, 7).Select(n => (long)n), pages.SelectMany(page => page.Messages!).Select(message => message.Ordinal));
        Assert.All(pages, page => Assert.Equal(7, page.Session!.MessageCount));
    }

    [Fact]
    public async Task A_page_without_a_limit_holds_a_hundred()
    {
        var session = await fleet.CreateAsync([.. Enumerable.Range(0, 1000).Select(n => User($"u{n}"))]);

        var page = await fleet.AskAsync(SessionOperation.Read, session);

        Assert.Equal((100, true), (page.Messages!.Count, page.HasMore));
        Assert.Equal(Enumerable.Range(0, 1000).Select(n => Said.User($"u{n}")), Said.In(await fleet.TranscriptAsync(session)));
    }

    [Fact]
    public async Task A_page_ends_at_a_mebibyte_and_a_longer_message_is_a_page_by_itself()
    {
        var texts = new[] { new string('a', 700_000), new string('b', 700_000), "c", new string('d', 1_500_000), string.Concat(Enumerable.Repeat("🌾", 100_000)), "f" };
        var session = await fleet.CreateAsync();
        foreach (var text in texts) await fleet.AskAsync(Asked(SessionOperation.Append, session) with { Messages = [User(text)] });

        var first = await fleet.AskAsync(Asked(SessionOperation.Read, session));

        Assert.Equal((texts[0], true), (Assert.Single(first.Messages!).Text, first.HasMore));
        Assert.Equal(texts, (await fleet.TranscriptAsync(session)).Select(message => message.Text));
    }

    [Fact]
    public async Task A_tenants_sessions_are_listed_the_latest_used_first()
    {
        var tenant = $"t-{Guid.NewGuid():N}";
        var made = new List<Guid>();
        for (var n = 0; n < 5; n++)
        {
            made.Add(Guid.CreateVersion7());
            await fleet.AskAsync(Asked(SessionOperation.Create, made[n]) with { Tenant = tenant });
        }
        await fleet.AskAsync(Asked(SessionOperation.Append, made[1]) with { Tenant = tenant, Messages = [User("u")] });

        var list = Asked(SessionOperation.List) with { Tenant = tenant, Limit = 2 };
        var first = await fleet.AskAsync(list);
        var second = await fleet.AskAsync(list with { RequestId = Guid.CreateVersion7(), AfterSessionId = first.Sessions![^1].SessionId });
        var third = await fleet.AskAsync(list with { RequestId = Guid.CreateVersion7(), AfterSessionId = second.Sessions![^1].SessionId });

        SessionAnswered[] pages = [first, second, third];
        Assert.Equal([made[1], made[4], made[3], made[2], made[0]], pages.SelectMany(page => page.Sessions!).Select(session => session.SessionId));
        Assert.Equal([true, true, false], pages.Select(page => page.HasMore));
        Assert.Equal((1L, tenant), (first.Sessions[0].MessageCount, first.Sessions[0].Tenant));
        Assert.Empty((await fleet.AskAsync(Asked(SessionOperation.List) with { Tenant = "nobody" })).Sessions!);
    }
}
