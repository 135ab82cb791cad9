using Microsoft.Extensions.AI;
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
}
