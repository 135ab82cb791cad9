using Microsoft.Extensions.AI;
using Millrace.Client;
using Millrace.Client.Chat;
using Millrace.Contracts;
using Millrace.Tests.Client.Fakes;

namespace Millrace.Tests.Client;

/// <summary>Calls that the fleet makes, as a chat client shows them.</summary>
public abstract class ChatToolContract
{
    private static readonly ToolCall Call = new("1", "weather", """{"city":"Oslo"}""");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected abstract Task<Stage> StageAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_step_and_its_results_are_messages_with_calls_that_nobody_runs_again(bool streaming)
    {
        await using var stage = await StageAsync();
        stage.Fleet.Plan = _ => new Script
        {
            Chunks = 4,
            Write = (id, sequence) => sequence switch
            {
                1 => Chunk.Text(id, 1, "Let me see."),
                2 => Chunk.Text(id, 2, kind: ChunkKind.ToolCall) with { Text = null, ToolCall = Call },
                3 => Chunk.Text(id, 3, "closed", ChunkKind.ToolResult) with { ToolCall = Call, IsError = true },
                _ => Chunk.Text(id, 4, "I do not know.") with { Step = 2 },
            },
            End = (request, last) => Ends.Completed(request.GenerationId, last, "I do not know."),
        };
        var chat = (await stage.ClientAsync()).AsChatClient();

        var response = streaming
            ? await chat.GetStreamingResponseAsync("hello", cancellationToken: Token).ToChatResponseAsync(Token)
            : await chat.GetResponseAsync("hello", cancellationToken: Token);

        Assert.Equal([ChatRole.Assistant, ChatRole.Tool, ChatRole.Assistant], response.Messages.Select(message => message.Role));
        Assert.Equal("Let me see.", response.Messages[0].Text);
        var call = Assert.Single(response.Messages[0].Contents.OfType<FunctionCallContent>());
        Assert.Equal(("1", "weather", "Oslo", true), (call.CallId, call.Name, call.Arguments!["city"]!.ToString(), call.InformationalOnly));
        var result = Assert.IsType<FunctionResultContent>(Assert.Single(response.Messages[1].Contents));
        Assert.Equal(("1", "closed", true), (result.CallId, result.Result, result.Exception is not null));
        Assert.Equal("I do not know.", response.Messages[2].Text);
        Assert.Equal((4L, ChatFinishReason.Stop), (response.Usage!.OutputTokenCount, response.FinishReason));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Calls_of_the_callers_own_functions_are_its_to_run_and_the_fleets_beside_them_are_not(bool streaming)
    {
        await using var stage = await Stage.InMemoryAsync();
        var own = new ToolCall("2", "own", "[1]");
        stage.Fleet.Plan = _ => new Script
        {
            Chunks = 4,
            Write = (id, sequence) => sequence switch
            {
                1 => Chunk.Text(id, 1, "Let me see."),
                2 => Chunk.Text(id, 2, kind: ChunkKind.ToolCall) with { Text = null, ToolCall = Call },
                3 => Chunk.Text(id, 3, kind: ChunkKind.ToolCall) with { Text = null, ToolCall = own },
                _ => Chunk.Text(id, 4, "3 °C", ChunkKind.ToolResult) with { ToolCall = Call },
            },
            End = (request, last) => Ends.Completed(request.GenerationId, last, "Let me see.") with { FinishReason = FinishReason.ToolCalls, ToolCalls = [own] },
        };
        var chat = (await stage.ClientAsync()).AsChatClient();
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "own").AsCallerTool()] };

        var response = streaming
            ? await chat.GetStreamingResponseAsync("hello", options, Token).ToChatResponseAsync(Token)
            : await chat.GetResponseAsync("hello", options, Token);

        Assert.Equal([ChatRole.Assistant, ChatRole.Tool], response.Messages.Select(message => message.Role));
        var calls = response.Messages[0].Contents.OfType<FunctionCallContent>().ToList();
        Assert.Equal([("weather", true, true), ("own", false, false)], calls.Select(call => (call.Name, call.InformationalOnly, call.Exception is null)));
        Assert.Equal((4L, ChatFinishReason.ToolCalls), (response.Usage!.OutputTokenCount, response.FinishReason));
        var next = ChatRequests.From(Guid.NewGuid(), [new(ChatRole.User, "hello"), .. response.Messages, new(ChatRole.Tool, [new FunctionResultContent("2", "no list")])], options, null);
        Assert.Equal([MessageRole.User, MessageRole.Assistant, MessageRole.Tool, MessageRole.Tool], next.Messages!.Select(message => message.Role));
        Assert.Equal([Call, own], next.Messages![1].ToolCalls!);
    }
}
