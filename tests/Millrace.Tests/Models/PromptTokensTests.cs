using Microsoft.Extensions.AI;
using Millrace.Engine.Prompts;
using Millrace.Providers.Models;

namespace Millrace.Tests.Models;

public sealed class PromptTokensTests
{
    private static readonly ModelLimits Limits = new(8000, null, true) { TokenRatio = 2, ImageTokens = 700 };

    [Fact]
    public void Everything_that_is_sent_is_counted_by_the_models_own_measure()
    {
        ChatMessage[] prompt =
        [
            new(ChatRole.User, [new TextContent("one two"), new DataContent(new byte[] { 1 }, "image/png")]),
            new(ChatRole.Assistant, [new FunctionCallContent("1", "lookup", new Dictionary<string, object?> { ["word"] = "three" })]),
            new(ChatRole.Tool, [new FunctionResultContent("1", "four")]),
        ];
        var tool = AIFunctionFactory.Create((string word) => word, "lookup", "Looks a word up.");

        var (bare, offered) = (PromptTokens.Of(prompt, [], Limits), PromptTokens.Of(prompt, [tool], Limits));

        string[] texts = ["one two", "lookup", """{"word":"three"}""", "four"];
        Assert.Equal((3 * HistoryWindow.FrameTokens) + 700 + texts.Sum(text => 2L * TokenCounter.Count(text)), bare);
        Assert.Equal(new[] { tool.Name, tool.Description, tool.JsonSchema.GetRawText() }.Sum(text => 2L * TokenCounter.Count(text)), offered - bare);
    }

    [Fact]
    public void A_long_text_may_be_judged_by_its_beginning()
    {
        ChatMessage[] prompt = [new(ChatRole.User, string.Concat(Enumerable.Repeat("all the same words ", 5000)))];

        var (whole, judged) = (PromptTokens.Of(prompt, [], Limits), PromptTokens.Of(prompt, [], Limits, sample: 4096));

        Assert.InRange(judged, whole * 0.95, whole * 1.05);
    }

    [Fact]
    public void A_call_counts_a_long_text_in_whole_only_when_that_is_asked_for()
    {
        ChatMessage[] messages = [new(ChatRole.User, string.Concat(Enumerable.Range(0, 5000).Select(n => $"{n} words ")))];
        var (whole, judged) = (PromptTokens.Of(messages, [], Limits), PromptTokens.Of(messages, [], Limits, sample: 4096));
        var prompt = new CallPrompt(messages, [], Limits);

        Assert.NotEqual(whole, judged);
        Assert.Equal(judged, prompt.RoughTokens);
        Assert.Equal(whole, prompt.Tokens);
        Assert.Equal(whole, prompt.RoughTokens); // what is known exactly is not estimated
        var longer = prompt.With(new ChatMessage(ChatRole.User, "more"));
        Assert.Equal(whole + PromptTokens.Of([new ChatMessage(ChatRole.User, "more")], [], Limits), longer.Tokens);
    }
}
