using System.Text;
using System.Text.Json;
using Millrace.Client.Errors;
using Millrace.Client.Sessions;
using Millrace.Contracts;
using Millrace.Tests.Client.Fakes;

namespace Millrace.Tests.Client;

/// <summary>Sessions as files.</summary>
public sealed class SessionDocumentTests
{
    private static readonly string[] OddTexts =
    [
        " leading and trailing \t\r\n", "\u0000\u0001\u001f", "e\u0301 is not é", "👩‍👩‍👧‍👦 \U0001F600", "\u200f\u202eرجع\u202c", "\ufeffBOM", "\u2028\u2029", "</script>\"\\'&", "\ufffd\uffff", "ﷺ𐍈",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_comes_back_from_its_file_as_it_was()
    {
        await using var stage = await Stage.InMemoryAsync();
        var client = await stage.ClientAsync();
        var options = new GenerationOptions { Temperature = 0.5, Stop = ["\n"] };
        var session = client.CreateSession("Be ‘brief’.", "openai", "gpt-test", options, new Dictionary<string, string> { ["Job"] = "17" });
        for (var i = 0; i < OddTexts.Length; i++)
            session.AddMessage(i % 2 == 0 ? MessageRole.User : MessageRole.Assistant, OddTexts[i]);
        using var file = new MemoryStream();
        await session.ExportAsync(file, Token);
        file.Position = 0;

        var copy = await client.ImportSessionAsync(file, cancellationToken: Token);

        Assert.NotEqual(session.Id, copy.Id);
        Assert.Equal(stage.Fleet.Sessions[session.Id], stage.Fleet.Sessions[copy.Id]);
        Assert.Equal(OddTexts, stage.Fleet.Sessions[copy.Id].Select(message => message.Text));
        Assert.Equivalent(await session.DescribeAsync(Token) with { SessionId = copy.Id }, await copy.DescribeAsync(Token));
    }

    [Fact]
    public async Task The_file_is_versioned_and_spelt_as_the_contracts_are()
    {
        await using var stage = await Stage.InMemoryAsync();
        stage.Fleet.Sessions.PageLimit = 2;
        var session = (await stage.ClientAsync()).CreateSession("Be brief.");
        for (var i = 1; i <= 5; i++)
            session.AddMessage(MessageRole.User, $"{i}");
        using var file = new MemoryStream();
        await session.ExportAsync(file, Token);

        var json = JsonDocument.Parse(file.ToArray()).RootElement;
        Assert.Equal(["schemaVersion", "session", "messages"], json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(1, json.GetProperty("schemaVersion").GetInt32());
        Assert.Equal(session.Id, json.GetProperty("session").GetProperty("sessionId").GetGuid());
        Assert.Equal(["1", "2", "3", "4", "5"], json.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("text").GetString()));
        Assert.EndsWith("}\n", Encoding.UTF8.GetString(file.ToArray()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "It is not JSON")]
    [InlineData("hello", "It is not JSON")]
    [InlineData("[]", "It has no schemaVersion")]
    [InlineData("""{"session":{},"messages":[]}""", "It has no schemaVersion")]
    [InlineData("""{"schemaVersion":2,"session":{},"messages":[]}""", "Its schemaVersion is 2; this version of Millrace reads 1.")]
    [InlineData("""{"schemaVersion":"1","session":{},"messages":[]}""", "Its schemaVersion is \"1\"")]
    [InlineData("""{"schemaVersion":1,"messages":[]}""", "session")]
    [InlineData("""{"schemaVersion":1,"session":null,"messages":[]}""", "session is null")]
    [InlineData("""{"schemaVersion":1,"session":{},"messages":null}""", "messages is null")]
    [InlineData("""{"schemaVersion":1,"session":{},"messages":[null]}""", "messages[0] is null")]
    [InlineData("""{"schemaVersion":1,"session":{},"messages":[{"role":"User","text":"a"},{"role":"Critic","text":"b"}]}""", "must be one of System, User, Assistant, Tool; got 'Critic'")]
    [InlineData("""{"schemaVersion":1,"session":{},"messages":[{"role":"Tool","text":"b"}]}""", "messages[0] has the role Tool and 0 tool results")]
    [InlineData("""{"schemaVersion":1,"session":{},"messages":[{"role":"User","text":"","toolCalls":[{"id":"1","name":"a","arguments":"{}"}]}]}""", "messages[0] has tool calls and the role User")]
    [InlineData("""{"schemaVersion":1,"session":{},"messages":[{"role":"Assistant","text":"","toolCalls":[{"id":"1","name":"a","arguments":"{"}]}]}""", "messages[0] has a tool call without")]
    [InlineData("""{"schemaVersion":1,"session":{},"messages":[{"role":"User","text":"a"},{"role":"System","text":"b"}]}""", "messages[1] has the role System")]
    [InlineData("""{"schemaVersion":1,"session":{},"messages":[{"role":"User","text":null}]}""", "messages[0] has no text")]
    [InlineData("""{"schemaVersion":1,"session":{},"messages":[{"role":"User"}]}""", "text")]
    [InlineData("""{"schemaVersion":1,"session":{},"messages":[{"role":"User","text":"\ud83d"}]}""", "It cannot be read")]
    public async Task A_file_that_is_no_session_is_explained_before_anything_is_sent(string text, string problem)
    {
        await using var stage = await Stage.InMemoryAsync();
        var client = await stage.ClientAsync();

        var refused = await Assert.ThrowsAsync<SessionException>(() => client.ImportSessionAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), cancellationToken: Token));

        Assert.Equal(SessionProblem.Invalid, refused.Problem);
        Assert.StartsWith("This is not a session's document. ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        Assert.Empty(stage.Fleet.Sessions.Requests);
    }

    [Fact]
    public async Task A_long_session_travels_in_requests_of_bounded_size()
    {
        await using var stage = await Stage.InMemoryAsync();
        var client = await stage.ClientAsync();
        var messages = Enumerable.Range(0, 2_500).Select(i => new SessionMessage { Role = MessageRole.User, Text = $"{i}" })
            .Concat(Enumerable.Range(0, 20).Select(i => new SessionMessage { Role = MessageRole.Assistant, Text = new string('ü', 100_000) + i, Partial = true }))
            .Append(new SessionMessage { Role = MessageRole.Assistant, Text = new string('x', 1_000_000) })
            .Append(new SessionMessage { Role = MessageRole.Assistant, Text = "", Partial = true }).ToList();
        using var file = Document(messages);

        var session = await client.ImportSessionAsync(file, cancellationToken: Token);

        Assert.Equal(messages.Select(message => (message.Text, message.Partial)), stage.Fleet.Sessions[session.Id].Select(message => (message.Text, message.Partial)));
        Assert.All(stage.Fleet.Sessions.Requests.Where(request => request.Messages is not null), request =>
        {
            Assert.InRange(request.Messages!.Count, 1, MessageBatch.MostMessages);
            Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(request, ContractsJson.Options).Length, 1, 1024 * 1024);
        });
    }

    [Fact]
    public async Task An_import_never_adds_to_a_session_that_exists()
    {
        await using var stage = await Stage.InMemoryAsync();
        var client = await stage.ClientAsync();
        var session = client.CreateSession();
        session.AddMessage(MessageRole.User, "mine");
        await session.SaveAsync(Token);
        using var file = Document([new SessionMessage { Role = MessageRole.User, Text = "other" }]);

        var refused = await Assert.ThrowsAsync<SessionException>(() => client.ImportSessionAsync(file, session.Id, cancellationToken: Token));

        Assert.Equal(SessionProblem.Exists, refused.Problem);
        Assert.Equal("mine", Assert.Single(stage.Fleet.Sessions[session.Id]).Text);
    }

    [Fact]
    public async Task An_import_that_breaks_off_leaves_no_half_session()
    {
        await using var stage = await Stage.InMemoryAsync();
        stage.Fleet.Sessions.Refuses = request => request.Operation == SessionOperation.Append ? SessionProblem.Invalid : null;
        using var file = Document([new SessionMessage { Role = MessageRole.User, Text = "other" }]);
        var client = await stage.ClientAsync();

        await Assert.ThrowsAsync<SessionException>(() => client.ImportSessionAsync(file, cancellationToken: Token));

        Assert.Equal(0, stage.Fleet.Sessions.Count);
    }

    private static MemoryStream Document(IReadOnlyList<SessionMessage> messages) => new(JsonSerializer.SerializeToUtf8Bytes(
        new SessionDocument { SchemaVersion = 1, Session = new SessionDocumentHead(), Messages = messages }, ContractsJson.Options));
}
