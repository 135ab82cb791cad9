using Millrace.Client;
using Millrace.Client.Errors;
using Millrace.Client.Options;
using Millrace.Client.Sessions;
using Millrace.Contracts;
using Millrace.Tests.Client.Fakes;
using Millrace.Tests.Embedded;
using Millrace.Tests.Gateway;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using Millrace.Tests.Sessions;

namespace Millrace.Tests.Fleet;

/// <summary>A session's handle against real workers, on both databases.</summary>
[Integration]
public sealed class ClientSessionTests(TestServers servers)
{
    private const string Odd = " \u0000\t👩‍👩‍👧‍👦 e\u0301 \u2028 \ufeff \U0001F33E</script>\"\\\r\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_conversation_is_held_copied_and_moved_in_a_fleet()
    {
        await using var fleet = await FleetFixture.StartAsync(servers, workers: 2);
        var (client, end) = await Stage.ClientOfAServiceAsync(fleet.RabbitMq, _ => { });
        await ConverseAsync(client, fleet.Provider);
        await end();
    }

    [Fact]
    public async Task A_conversation_is_held_copied_and_moved_over_HTTP()
    {
        await using var fleet = await FleetFixture.StartAsync(servers, workers: 2);
        await using var client = new MillraceClient(new MillraceHttpOptions { Gateway = (await fleet.AddGatewayAsync()).Url, ApiKey = await TestKeys.CreateAsync(fleet.Postgres) });
        await ConverseAsync(client, fleet.Provider);
    }

    [Fact]
    public async Task A_conversation_is_held_copied_and_moved_in_one_process()
    {
        using var folder = new ScratchFolder("sessions");
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        await using var worker = await EmbeddedWorker.StartAsync(folder.File("millrace.db"), provider);
        await ConverseAsync(worker.Client, provider);
    }

    private static async Task ConverseAsync(MillraceClient client, ScriptedProvider provider)
    {
        provider.Respond(call => call.Text("re ", Said.LastIn(call)).Usage(1, 2).Stop());
        var session = client.CreateSession("Be brief.", options: new GenerationOptions { Temperature = 0.5 }, metadata: new Dictionary<string, string> { ["job"] = "17" });
        session.AddMessage(MessageRole.User, Odd);
        session.AddMessage(MessageRole.Assistant, "Pleased.");

        Assert.Equal("re one", (await session.GenerateAsync("one", Token)).Text);
        session.AddMessage(MessageRole.User, "two");
        await using (var stream = session.StreamAsync(cancellationToken: Token))
            Assert.Equal("re two", (await stream.Completion).Text);

        Assert.Equal(
            [Said.System("Be brief."), Said.User(Odd), Said.Assistant("Pleased."), Said.User("one"), Said.Assistant("re one"), Said.User("two")],
            Said.In(provider.Calls[^1]));
        Assert.Equal(0.5, provider.Calls[^1].Body.GetProperty("temperature").GetDouble());

        using var file = new MemoryStream();
        await session.ExportAsync(file, Token);
        file.Position = 0;
        var moved = await client.ImportSessionAsync(file, cancellationToken: Token);
        var copy = await session.ForkAsync(throughOrdinal: 4, cancellationToken: Token);
        await session.DeleteAsync(Token);

        string[] texts = [Odd, "Pleased.", "one", "re one", "two", "re two"];
        Assert.Equal(texts, await TextsAsync(moved));
        Assert.Equal(texts[..4], await TextsAsync(copy));
        var described = await moved.DescribeAsync(Token);
        Assert.Equal(("Be brief.", 0.5, "17", 6L), (described.SystemPrompt, described.Options?.Temperature, described.Metadata?["job"], described.MessageCount));
        Assert.Equal([copy.Id, moved.Id], await client.ListSessionsAsync(cancellationToken: Token).Select(found => found.SessionId).ToListAsync(Token));
        Assert.Equal(SessionProblem.NotFound, (await Assert.ThrowsAsync<SessionException>(() => session.DescribeAsync(Token))).Problem);
    }

    private static async Task<string[]> TextsAsync(MillraceSession session) =>
        await session.MessagesAsync(cancellationToken: Token).Select(message => message.Text).ToArrayAsync(Token);
}
