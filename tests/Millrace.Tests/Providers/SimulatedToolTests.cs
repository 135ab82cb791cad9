using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Providers.Adapters;
using Millrace.Providers.Failures;
using Millrace.Providers.Registry;
using static Millrace.Tests.Providers.ToolFixture;

namespace Millrace.Tests.Providers;

public sealed class SimulatedToolTests
{
    private const string Fast = "default?first=0ms&interval=0ms&";

    private static readonly ChatMessage[] Asked = [new(ChatRole.User, "two words")];

    [Theory]
    [InlineData("call=now", "now {}")]
    [InlineData("call=find", """find {"city":""}""")]
    [InlineData("call=find,now", """find {"city":""} now {}""")]
    [InlineData("call=now&call=find&arguments={\"a\":\"b=c%26d%25\"}", """now {"a":"b=c&d%"} find {"a":"b=c&d%"}""")]
    [InlineData("call=now,now,now&arguments={\"a\":1}&arguments={\"a\":2}", """now {"a":1} now {"a":2} now {"a":2}""")]
    [InlineData("call=absent,now", "now {}")]
    public async Task It_calls_the_tools_that_are_asked_for_and_offered(string settings, string expected)
    {
        var updates = await AskAsync(settings, Asked, null, Find, Now);

        Assert.Equal(expected, string.Join(' ', updates.Calls().Select(call => $"{call.Name} {call.Json()}")));
        Assert.Equal((ChatFinishReason.ToolCalls, ""), (updates[^1].FinishReason, updates.Text()));
    }

    [Fact]
    public async Task Behind_results_it_answers_and_says_what_they_were()
    {
        ChatMessage[] done =
        [
            .. Asked, new(ChatRole.Assistant, [new FunctionCallContent("a", "now"), new FunctionCallContent("b", "now")]),
            new(ChatRole.Tool, [new FunctionResultContent("a", "12:00"), new FunctionResultContent("b", "Error: no clock")]),
        ];

        var updates = await AskAsync("call=now,now", done, null, Now);

        Assert.Empty(updates.Calls());
        Assert.StartsWith("Simulated reply, no model was asked:", updates.Text());
        Assert.EndsWith(" The tools said: 12:00 | Error: no clock", updates.Text());
        Assert.Equal(ChatFinishReason.Stop, updates[^1].FinishReason);
        Assert.EndsWith(" The tools said: 12:00 | Error: no clock", (await AskAsync("call=now,now", [.. done, new(ChatRole.User, "Go on.")], null, Now)).Text());
        Assert.Single((await AskAsync("call=now", [.. done, new(ChatRole.Assistant, "noon"), .. Asked], null, Now)).Calls());
    }

    [Fact]
    public async Task Without_the_tool_or_with_the_choice_none_it_answers_as_usual()
    {
        var usual = (await AskAsync("words=5", Asked, null)).Text();

        Assert.Equal(usual, (await AskAsync("words=5&call=now", Asked, null)).Text());
        Assert.Equal(usual, (await AskAsync("words=5&call=now", Asked, "none", Now)).Text());
        Assert.Equal(usual, (await AskAsync("words=5&call=find", Asked, null, Now)).Text());
    }

    [Theory]
    [InlineData("fail=ProviderError", FailureReason.ProviderError)]
    [InlineData("finish=none", FailureReason.IncompleteStream)]
    [InlineData("finish=length", FailureReason.OutputLimitExceeded)]
    [InlineData("finish=contentFilter", FailureReason.ContentFiltered)]
    public async Task Calls_fail_as_text_does(string settings, FailureReason reason) =>
        Assert.Equal(reason, (await Assert.ThrowsAsync<ProviderException>(() => AskAsync("call=now&" + settings, Asked, null, Now))).Reason);

    [Theory]
    [InlineData("arguments=[]")]
    [InlineData("arguments=")]
    [InlineData("arguments={a")]
    public async Task Arguments_that_are_no_object_are_refused(string settings)
    {
        var refusal = await Assert.ThrowsAsync<ProviderException>(() => AskAsync(settings, Asked, null, Now));

        Assert.Equal(FailureReason.InvalidRequest, refusal.Reason);
        Assert.Contains("it is a JSON object", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<List<ChatResponseUpdate>> AskAsync(string settings, ChatMessage[] messages, string? choice, params AIFunctionDeclaration[] tools)
    {
        using var provider = new Provider("simulated", ShippedKind.Simulated, new(), TimeProvider.System);
        var stream = provider.Stream(
            new() { ToolChoice = choice }, Fast + settings, messages, new ToolChoices(tools, mayInsist: true), TestContext.Current.CancellationToken);
        return await new ThrowingStream(stream).ReadAsync();
    }
}
