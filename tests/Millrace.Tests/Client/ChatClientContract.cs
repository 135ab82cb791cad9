using Microsoft.Extensions.AI;
using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Tests.Client.Fakes;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Client;

/// <summary>The fleet as an <see cref="IChatClient"/>.</summary>
public abstract class ChatClientContract
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected abstract Task<Stage> StageAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_has_text_reasoning_usage_model_and_finish_reason(bool streaming)
    {
        await using var stage = await StageAsync();
        stage.Fleet.Plan = _ => new Script
        {
            Chunks = 3,
            Write = (id, sequence) => sequence == 1 ? Chunk.Text(id, 1, "Hm.", ChunkKind.Reasoning) : Chunk.Text(id, sequence),
            End = (request, last) => Ends.Completed(request.GenerationId, last, "w2 w3 "),
        };
        var chat = (await stage.ClientAsync()).AsChatClient("openai/gpt-4o-mini");

        var response = streaming
            ? await chat.GetStreamingResponseAsync("hello", cancellationToken: Token).ToChatResponseAsync(Token)
            : await chat.GetResponseAsync("hello", cancellationToken: Token);

        var request = Assert.Single(stage.Fleet.Requests);
        Assert.Equal("openai/gpt-4o-mini", request.Model);
        Assert.Equal("w2 w3 ", response.Text);
        Assert.Equal("Hm.", Assert.Single(response.Messages.Single().Contents.OfType<TextReasoningContent>()).Text);
        Assert.Equal((7, 3, 3, 10), (response.Usage!.InputTokenCount, response.Usage.CachedInputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount));
        Assert.Equal(("fake-1", ChatFinishReason.Stop), (response.ModelId, response.FinishReason));
        Assert.Equal(request.GenerationId.ToString(), response.ResponseId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_id_of_a_session_goes_in_and_comes_back_as_the_conversations(bool streaming)
    {
        await using var stage = await StageAsync();
        var session = Guid.CreateVersion7();
        stage.Fleet.Plan = request => new Script
        {
            Write = (id, sequence) => Chunk.Text(id, sequence) with { SessionId = request.SessionId },
            End = (ended, last) => Ends.Completed(ended.GenerationId, last) with { SessionId = ended.SessionId },
        };
        var chat = (await stage.ClientAsync()).AsChatClient();
        var options = new ChatOptions { ConversationId = session.ToString() };

        var response = streaming
            ? await chat.GetStreamingResponseAsync("hello", options, Token).ToChatResponseAsync(Token)
            : await chat.GetResponseAsync("hello", options, Token);

        Assert.Equal(session, Assert.Single(stage.Fleet.Requests).SessionId);
        Assert.Equal(session.ToString(), response.ConversationId);
        Assert.Equal("w1 w2 w3 w4 w5 ", response.Text);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task A_restart_ends_the_stream_only_if_it_takes_back_what_was_passed_on(long keepThrough, bool thrown)
    {
        await using var stage = await StageAsync();
        stage.Fleet.Plan = _ => new Script
        {
            Write = (id, sequence) => sequence == 3
                ? Chunk.Text(id, 3, kind: ChunkKind.Restarted, keepThrough: keepThrough)
                : Chunk.Text(id, sequence),
        };
        var client = await stage.ClientAsync();
        var updates = client.AsChatClient().GetStreamingResponseAsync("hello", cancellationToken: Token);

        if (!thrown)
        {
            Assert.Equal("w1 w2 w4 w5 ", (await updates.ToChatResponseAsync(Token)).Text);
            return;
        }

        var restarted = await Assert.ThrowsAsync<GenerationRestartedException>(() => updates.ToChatResponseAsync(Token));
        Assert.Equal(keepThrough, restarted.KeepThrough);
        Assert.Equal(5, (await client.WaitAsync(restarted.GenerationId, Token)).LastSequence);
        Assert.Empty(stage.Fleet.Cancels);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task An_abandoned_call_cancels_its_generation_unless_told_not_to(bool streaming, bool cancels)
    {
        await using var stage = await StageAsync();
        var held = new TaskCompletionSource();
        stage.Fleet.Plan = _ => new Script { Before = sequence => sequence == 3 ? held.Task : Task.CompletedTask };
        var chat = (await stage.ClientAsync()).AsChatClient(cancelAbandoned: cancels);
        using var token = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var answer = streaming
            ? chat.GetStreamingResponseAsync("hello", cancellationToken: token.Token).ToChatResponseAsync(Token)
            : chat.GetResponseAsync("hello", cancellationToken: token.Token);
        await Until.TrueAsync(() => !stage.Fleet.Requests.IsEmpty);

        await token.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        if (cancels)
            await Until.TrueAsync(() => !stage.Fleet.Cancels.IsEmpty);
        Assert.Equal(cancels ? 1 : 0, stage.Fleet.Cancels.Count);
        held.SetResult();
    }

    [Fact]
    public async Task A_stream_that_is_left_early_cancels_its_generation()
    {
        await using var stage = await StageAsync();
        var held = new TaskCompletionSource();
        stage.Fleet.Plan = _ => new Script { Before = sequence => sequence == 3 ? held.Task : Task.CompletedTask };
        var chat = (await stage.ClientAsync()).AsChatClient();

        await foreach (var update in chat.GetStreamingResponseAsync("hello", cancellationToken: Token))
            break;

        await Until.TrueAsync(() => !stage.Fleet.Cancels.IsEmpty);
        held.SetResult();
    }

    [Fact]
    public async Task A_failed_generation_fails_the_call_and_cancels_nothing()
    {
        await using var stage = await StageAsync();
        stage.Fleet.Plan = _ => new Script { End = (request, last) => Ends.Failed(request.GenerationId, last) };
        var chat = (await stage.ClientAsync()).AsChatClient();

        await Assert.ThrowsAsync<GenerationFailedException>(() => chat.GetResponseAsync("hello", cancellationToken: Token));
        await Assert.ThrowsAsync<GenerationFailedException>(() => chat.GetStreamingResponseAsync("hello", cancellationToken: Token).ToChatResponseAsync(Token));
        Assert.Empty(stage.Fleet.Cancels);
    }
}
