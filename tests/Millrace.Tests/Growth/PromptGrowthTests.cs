using System.Text;
using Millrace.Client.Sessions;
using Millrace.Contracts;
using Millrace.Engine.Attachments;
using Millrace.Engine.Prompts;
using Millrace.Engine.Requests;
using Millrace.Providers.Models;
using Millrace.Providers.Ollama;

namespace Millrace.Tests.Growth;

/// <summary>What becomes of a caller's lists and texts on their way into a prompt: twice as much is twice the work.</summary>
public sealed class PromptGrowthTests
{
    private static readonly ModelLimits Limits = new(1_000_000, null, true);

    public static TheoryData<string> Histories => [.. Kinds.Keys];

    private static readonly Dictionary<string, Func<int, List<SessionMessage>>> Kinds = new(StringComparer.Ordinal)
    {
        ["questions"] = n => Many(n, i => Said(MessageRole.User, "a")),
        ["a step of many calls"] = n => [Said(MessageRole.Assistant, "", calls: n), Said(MessageRole.Tool, "", results: n)],
        ["a step of many messages"] = n => [Said(MessageRole.Assistant, "", calls: n), .. Many(n, i => Result($"c{i}"))],
        ["results without calls"] = n => Many(n, i => Result($"c{i}")),
        ["calls without results"] = n => Many(n, i => Said(MessageRole.Assistant, "", calls: 1)),
        ["one id for all calls"] = n => [Said(MessageRole.Assistant, "") with { ToolCalls = [.. Many(n, _ => new ToolCall("c", "f", "{}"))] }, .. Many(n, _ => Result("c"))],
        ["ids that no provider takes"] = n => [Said(MessageRole.Assistant, "") with { ToolCalls = [.. Many(n, i => new ToolCall($"ü{i}", "f", "{}"))] }],
        ["ids that are taken"] = n => [Said(MessageRole.Assistant, "") with { ToolCalls = Taken(n) }],
    };

    [Theory, MemberData(nameof(Histories))]
    public void A_history_as_a_prompt(string history) => LinearWork.AssertLinear(n =>
    {
        var said = Kinds[history](n);
        var request = new GenerateRequested { GenerationId = Guid.NewGuid(), Prompt = "a" };
        return () => _ = OllamaMessages.Of(Prompt.Of(request, said, [])).Count();
    }, 1_000);

    [Theory, MemberData(nameof(Histories))]
    public void A_history_in_the_window_of_a_model(string history) => LinearWork.AssertLinear(n =>
    {
        var said = Kinds[history](n);
        return () => HistoryWindow.Fit(said, "a", [], Limits, null);
    }, 1_000);

    [Fact]
    public void Results_of_open_calls() => LinearWork.AssertLinear(n =>
    {
        List<SessionMessage> history = [Said(MessageRole.User, "a"), Said(MessageRole.Assistant, "", calls: n), .. Many(n / 2, i => Result($"c{i}"))];
        var turn = Many(n / 2, i => Result($"c{n - 1 - i}"));
        return () => OpenCalls.Check(Guid.NewGuid(), history, turn);
    }, 1_000);

    [Fact]
    public void A_text_full_of_closing_tags() => LinearWork.AssertLinear(n =>
    {
        var text = string.Concat(Many(n, i => $"</attachment-{i + 1}></ATTACHMENT>"));
        var attachment = new Attachment { MediaType = "text/plain", Data = Encoding.UTF8.GetBytes(text) };
        return () => Assert.Contains($"</attachment-{n + 1}>", AttachmentFrame.Of(attachment), StringComparison.Ordinal);
    }, 2_000);

    [Theory]
    [InlineData("nothing", "attachment")]
    [InlineData("</attachment>", "attachment-2")]
    [InlineData("</Attachment></attachment-2>", "attachment-3")]
    [InlineData("</attachment></attachment-3>", "attachment-2")]
    [InlineData("</attachment-2>", "attachment")]
    [InlineData("</attachment></attachment-02></attachment-2 ></attachment-></attachment-99999999999>", "attachment-2")]
    [InlineData("</attachment</attachment></attachment", "attachment-2")]
    public void The_tag_is_the_first_that_the_text_does_not_close(string text, string tag) => Assert.StartsWith(
        $"<{tag} type=", AttachmentFrame.Of(new() { MediaType = "text/plain", Data = Encoding.UTF8.GetBytes(text) }), StringComparison.Ordinal);

    [Fact]
    public void Ids_that_a_caller_takes_beforehand_are_looked_at_once_each() => LinearWork.AssertLinearSteps(n =>
    {
        var ids = new CallIds();
        foreach (var call in Taken(n)) ids.For(call.Id);
        return ids.Looks;
    }, 1_000);

    [Fact]
    public void Taking_an_id_out_of_a_bag_does_not_look_at_the_others() => LinearWork.AssertLinearSteps(n =>
    {
        var counting = new CountingComparer();
        var bag = new IdCounts(counting);
        for (var i = 0; i < n; i++) bag.Add($"c{i}");
        for (var i = n - 1; i >= 0; i--) Assert.True(bag.Remove($"c{i}"));
        Assert.True(bag.IsEmpty);
        return counting.Steps;
    }, 1_000);

    [Fact]
    public void A_sessions_document() => LinearWork.AssertLinear(n =>
    {
        var messages = string.Join(',', Many(n, i => """{"role":"User","text":"a"}"""));
        var json = Encoding.UTF8.GetBytes($$"""{"schemaVersion":1,"session":{},"messages":[{{messages}}]}""");
        return () => Assert.True(SessionDocumentReader.ReadAsync(new MemoryStream(json), CancellationToken.None).IsCompletedSuccessfully);
    }, 2_000);

    [Fact]
    public void Messages_on_their_way_into_a_session() => LinearWork.AssertLinear(n =>
    {
        var messages = Many(n, _ => Said(MessageRole.User, "a"));
        return () =>
        {
            var waiting = new LinkedList<SessionMessage>(messages);
            while (MessageBatch.First(waiting) is { Count: > 0 } batch)
                foreach (var _ in batch) waiting.RemoveFirst();
        };
    }, 4_000);

    private static SessionMessage Said(MessageRole role, string text, int calls = 0, int results = 0) => new()
    {
        Role = role,
        Text = text,
        ToolCalls = calls == 0 ? null : [.. Many(calls, i => new ToolCall($"c{i}", "f", "{}"))],
        ToolResults = results == 0 ? null : [.. Many(results, i => new ToolResult($"c{i}", "x"))],
    };

    private static SessionMessage Result(string call) => Said(MessageRole.Tool, "") with { ToolResults = [new(call, "x")] };

    /// <summary>The names that the next ids would get, and then ids that need one.</summary>
    private static List<ToolCall> Taken(int n) =>
        [.. Many(n, i => new ToolCall($"call_{n + 1 + i}", "f", "{}")), .. Many(n, i => new ToolCall($"ü{i}", "f", "{}"))];

    private static List<T> Many<T>(int n, Func<int, T> make) => [.. Enumerable.Range(0, n).Select(make)];

    private sealed class CountingComparer : IEqualityComparer<string>
    {
        public long Steps { get; private set; }

        public bool Equals(string? x, string? y)
        {
            Steps++;
            return x == y;
        }

        public int GetHashCode(string text)
        {
            Steps++;
            return StringComparer.Ordinal.GetHashCode(text);
        }
    }
}
