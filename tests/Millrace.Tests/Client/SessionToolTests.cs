using System.Text;
using Millrace.Client.Sessions;
using Millrace.Contracts;
using Millrace.Engine.Requests;
using Millrace.Tests.Client.Fakes;

namespace Millrace.Tests.Client;

/// <summary>Calls, results and attachments in sessions.</summary>
public sealed class SessionToolTests
{
    private static readonly ToolCall Call = new("1", "weather", """{"city":"Tromsø 👩‍👩‍👧‍👦"}""");
    private static readonly ToolResult Result = new("1", "3 °C\n\u0000", IsError: true);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Messages of all kinds, right and wrong.</summary>
    public static TheoryData<SessionMessage> Messages =>
    [
        Of(MessageRole.User, "a"), Of(MessageRole.User, ""), Of(MessageRole.Assistant, ""), Of(MessageRole.Assistant, "") with { Partial = true },
        Of(MessageRole.User, "") with { Partial = true }, Of(MessageRole.Assistant, "") with { ToolCalls = [Call] }, Of(MessageRole.User, "a") with { ToolCalls = [Call] },
        Of(MessageRole.Tool, "") with { ToolResults = [Result] }, Of(MessageRole.Tool, "a"), Of(MessageRole.Tool, ""), Of(MessageRole.Assistant, "a") with { ToolResults = [Result] },
        Of(MessageRole.Assistant, "a") with { ToolCalls = [Call with { Id = "" }] }, Of(MessageRole.Assistant, "a") with { ToolCalls = [Call with { Name = "" }] },
        Of(MessageRole.Assistant, "a") with { ToolCalls = [Call with { Arguments = "3" }] }, Of(MessageRole.Assistant, "a") with { ToolCalls = [Call with { Arguments = "" }] },
        Of(MessageRole.Tool, "") with { ToolResults = [Result with { CallId = "" }] }, Of(MessageRole.Tool, "") with { ToolResults = [Result with { Text = null! }] },
        Of(MessageRole.User, "") with { Attachments = [new Attachment { MediaType = "image/png", Data = new byte[] { 1 } }] },
    ];

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_is_good_here_if_and_only_if_it_is_good_for_the_workers(SessionMessage message) =>
        Assert.Equal(!MessageRules.Problems(message, "It").Any(), SessionMessageRules.Broken(message) is null);

    [Fact]
    public async Task A_session_with_calls_results_and_attachments_is_the_same_from_file_to_file()
    {
        await using var stage = await Stage.InMemoryAsync();
        var client = await stage.ClientAsync();
        var session = client.CreateSession();
        session.AddMessage(new PromptMessage(MessageRole.User, "Where is this?")
        {
            Attachments = [new Attachment { MediaType = "image/png", Name = "a.png", Data = new byte[] { 0, 255, 7 } }, new Attachment { Url = "https://example.com/a.png" }],
        });
        session.AddMessage(new PromptMessage(MessageRole.Assistant, "") { ToolCalls = [Call] });
        session.AddMessage(new PromptMessage(MessageRole.Tool, "") { ToolResults = [Result] });
        session.AddMessage(MessageRole.Assistant, "In Tromsø.");

        var first = await ExportAsync(session);
        var copy = await client.ImportSessionAsync(new MemoryStream(Encoding.UTF8.GetBytes(first)), cancellationToken: Token);
        var second = await ExportAsync(copy);

        Assert.Contains("\"data\": \"AP8H\"", first, StringComparison.Ordinal);
        Assert.Contains("\"isError\": true", first, StringComparison.Ordinal);
        Assert.Equal(first, second.Replace(copy.Id.ToString(), session.Id.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_turn_names_its_tools_and_takes_the_attachments_of_the_message_added_last()
    {
        await using var stage = await Stage.InMemoryAsync();
        var session = (await stage.ClientAsync()).CreateSession();
        Attachment[] picture = [new Attachment { Url = "https://example.com/a.png" }];

        await session.GenerateAsync("one", ["get_weather", "db_*"], Token);
        Assert.Equal(Reading.Through(5), await session.StreamAsync("two", ["clock"], Token).SequencesAsync());
        session.AddMessage(new PromptMessage(MessageRole.User, "three") { Attachments = picture });
        await session.GenerateAsync(cancellationToken: Token);

        var asked = stage.Fleet.Requests.ToList();
        Assert.Equal(["get_weather", "db_*"], asked[0].Tools!);
        Assert.Equal(["clock"], asked[1].Tools!);
        Assert.Equal((null, "three"), (asked[2].Prompt, Assert.Single(asked[2].Messages!).Text));
        Assert.Equal(picture, asked[2].Messages![0].Attachments!);
    }

    private static SessionMessage Of(MessageRole role, string text) => new() { Role = role, Text = text };

    private static async Task<string> ExportAsync(MillraceSession session)
    {
        using var file = new MemoryStream();
        await session.ExportAsync(file, Token);
        return Encoding.UTF8.GetString(file.ToArray());
    }
}
