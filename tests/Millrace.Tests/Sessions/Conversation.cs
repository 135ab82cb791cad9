using System.Text.Json;
using Millrace.Contracts;
using Millrace.Tests.Fleet;

namespace Millrace.Tests.Sessions;

/// <summary>What a service does with sessions, over the bus and nothing else.</summary>
internal static class Conversation
{
    public static GenerateRequested Turn(Guid session, string prompt) => FleetFixture.Request(prompt) with { SessionId = session };

    public static SessionRequested Asked(SessionOperation operation, Guid session = default) =>
        new() { RequestId = Guid.CreateVersion7(), Operation = operation, SessionId = session };

    public static SessionMessage User(string text) => new() { Role = MessageRole.User, Text = text };

    public static SessionMessage Assistant(string text) => new() { Role = MessageRole.Assistant, Text = text };

    /// <summary>One turn to its end.</summary>
    public static async Task<SeenEvent> SayAsync(this FleetFixture fleet, Guid session, string prompt) =>
        await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Turn(session, prompt)));

    /// <summary>Publishes a request about a session and waits for one answer more than there have been to it.</summary>
    public static async Task<SessionAnswered> AskAsync(this FleetFixture fleet, SessionRequested request)
    {
        var before = Answers(fleet.Events.Seen, request.RequestId).Count();
        await fleet.Producer.SendAsync("SessionRequested", JsonSerializer.Serialize(request, ContractsJson.Options));
        await fleet.Events.UntilAsync(seen => Answers(seen, request.RequestId).Count() > before);
        return Read(Answers(fleet.Events.Seen, request.RequestId).Last());
    }

    public static Task<SessionAnswered> AskAsync(this FleetFixture fleet, SessionOperation operation, Guid session) => fleet.AskAsync(Asked(operation, session));

    /// <summary>Makes a session with messages in it.</summary>
    public static async Task<Guid> CreateAsync(this FleetFixture fleet, params SessionMessage[] messages)
    {
        var session = Guid.CreateVersion7();
        Assert.Null((await fleet.AskAsync(Asked(SessionOperation.Create, session) with { SystemPrompt = "Be brief.", Messages = messages })).Problem);
        return session;
    }

    /// <summary>All messages of a session, page by page.</summary>
    public static async Task<IReadOnlyList<SessionMessage>> TranscriptAsync(this FleetFixture fleet, Guid session, int limit = 500)
    {
        var all = new List<SessionMessage>();
        for (var more = true; more;)
        {
            var page = await fleet.AskAsync(Asked(SessionOperation.Read, session) with { AfterOrdinal = all.LastOrDefault()?.Ordinal ?? 0, Limit = limit });
            Assert.Null(page.Problem);
            all.AddRange(page.Messages!);
            Assert.False(page.HasMore && page.Messages!.Count == 0, "a page that is not the last holds something");
            more = page.HasMore;
        }
        return all;
    }

    /// <summary>A transcript is exactly this.</summary>
    public static async Task AssertTranscriptAsync(this FleetFixture fleet, Guid session, params Said[] expected) =>
        Assert.Equal(expected, Said.In(await fleet.TranscriptAsync(session)));

    public static IEnumerable<SeenEvent> Answers(IEnumerable<SeenEvent> seen, Guid request) =>
        seen.Where(e => e.Kind == "session" && e.Message.GetProperty("requestId").GetGuid() == request);

    public static SessionAnswered Read(SeenEvent answer) => answer.Message.Deserialize<SessionAnswered>(ContractsJson.Options)!;
}
