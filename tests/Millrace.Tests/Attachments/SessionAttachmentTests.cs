using Millrace.Contracts;
using Millrace.Tests.Client.Fakes;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using Millrace.Tests.Sessions;
using static Millrace.Tests.Sessions.Conversation;

namespace Millrace.Tests.Attachments;

/// <summary>Attachments in conversations that the fleet keeps.</summary>
[Collection(SessionFleet.Name)]
[Integration]
public sealed class SessionAttachmentTests(SessionFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Fact]
    public async Task They_stay_with_their_message_and_are_sent_again_in_later_turns()
    {
        var (client, end) = await Stage.ClientOfAServiceAsync(fleet.RabbitMq, _ => { });
        fleet.Provider.Respond(call => call.Text("an answer").Stop());
        var (session, large) = (client.CreateSession(), Pictures.Large(200_000));
        var stored = await client.UploadAsync(large, name: "big.png");
        session.AddMessage(MessageRole.User, "the picture turn", [stored, Pictures.Of(Pictures.Gif, name: "small.gif"), Pictures.Text("in a file", name: "t.txt")]);

        await session.GenerateAsync();
        await session.GenerateAsync("the turn behind it");

        var heard = CallOf("the turn behind it").GetProperty("messages");
        Assert.Equal(["user", "assistant", "user"], heard.EnumerateArray().Select(message => message.GetProperty("role").GetString()));
        Assert.Equal(CallOf("the picture turn").GetProperty("messages")[0].GetRawText(), heard[0].GetRawText());
        Assert.Contains(Convert.ToBase64String(large), heard[0].GetRawText(), StringComparison.Ordinal);
        Assert.Contains("in a file", heard[0].GetRawText(), StringComparison.Ordinal);
        var first = (await fleet.TranscriptAsync(session.Id))[0];
        Assert.Equal(stored, first.Attachments![0]);
        Assert.Equal(Pictures.Gif, first.Attachments[1].Data!.Value.ToArray());
        await end();
    }

    [Fact]
    public async Task What_is_no_longer_kept_is_told_in_words()
    {
        fleet.Provider.Respond(call => call.Text("an answer").Stop());
        var session = Guid.CreateVersion7();
        var id = await fleet.QueryAsync<Guid>(
            "INSERT INTO contents (id, tenant, media_type, bytes, sha256, created_at, used_at) VALUES (gen_random_uuid(), 'default', 'text/plain', $1, $1, now(), now()) RETURNING id", "short-lived"u8.ToArray());
        await fleet.CreateAsync(); // another session, which has nothing to do with it
        Assert.Null((await fleet.AskAsync(Asked(SessionOperation.Create, session) with { Messages = [Attached(new() { ContentId = id, Name = "a.txt" }), Assistant("a1")] })).Problem);
        await fleet.QueryAsync<Guid>("DELETE FROM contents WHERE id = $1 RETURNING id", id);

        await fleet.SayAsync(session, "what was in it");

        Assert.Contains("a.txt", Said.In(RetryFleet.CallsOf(fleet.Provider, "what was in it").Single())[0].Text, StringComparison.Ordinal);
        Assert.Contains("not kept any more", Said.In(RetryFleet.CallsOf(fleet.Provider, "what was in it").Single())[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_is_added_is_held_to_the_rules()
    {
        var session = await fleet.CreateAsync(User("u1"));
        var append = Asked(SessionOperation.Append, session);

        var unknown = await fleet.AskAsync(append with { RequestId = Guid.CreateVersion7(), Messages = [Attached(new() { ContentId = Guid.CreateVersion7() })] });
        var assistants = await fleet.AskAsync(append with { Messages = [Assistant("a") with { Attachments = [Pictures.Of(Pictures.Png)] }] });

        Assert.Equal((SessionProblem.Invalid, SessionProblem.Invalid), (unknown.Problem, assistants.Problem));
        Assert.Contains("Messages[0].Attachments[0].ContentId is", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("only the user's", assistants.Message, StringComparison.Ordinal);
        await fleet.AssertTranscriptAsync(session, Said.User("u1"));
    }

    [Fact]
    public async Task A_turn_with_a_model_that_cannot_see_the_history_is_refused_before_the_call()
    {
        var session = await fleet.CreateAsync(Attached(Pictures.Of(Pictures.Png)), Assistant("a1"));

        var failed = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Turn(session, "blind to the past") with { Model = "scripted/gpt-4" }));

        Assert.Equal(("failed", nameof(FailureReason.UnsupportedFeature)), (failed.Kind, failed.String("reason")));
        Assert.Empty(RetryFleet.CallsOf(fleet.Provider, "blind to the past"));
    }

    [Fact]
    public async Task A_page_of_messages_ends_also_for_the_bytes_in_it()
    {
        var bytes = Pictures.Large(600_000);
        var session = await fleet.CreateAsync();
        for (var i = 0; i < 2; i++) Assert.Null((await fleet.AskAsync(Asked(SessionOperation.Append, session) with { Messages = [Attached(Pictures.Of(bytes))] })).Problem);

        var page = await fleet.AskAsync(SessionOperation.Read, session);

        Assert.True(page.HasMore);
        Assert.Single(page.Messages!);
        Assert.Equal(2, (await fleet.TranscriptAsync(session)).Count);
    }

    private static SessionMessage Attached(Attachment attachment) => User("") with { Attachments = [attachment] };

    private System.Text.Json.JsonElement CallOf(string prompt) => RetryFleet.CallsOf(fleet.Provider, prompt).First(call => call.RawBody.Contains(prompt, StringComparison.Ordinal)).Body;
}
