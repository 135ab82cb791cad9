using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Embedded;

[Integration]
public sealed class EmbeddedTests : IAsyncLifetime
{
    private readonly ScratchFolder folder = new("embedded");
    private ScriptedProvider provider = null!;
    private EmbeddedWorker worker = null!;

    public async ValueTask InitializeAsync()
    {
        provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        worker = await EmbeddedWorker.StartAsync(folder.File("millrace.db"), provider);
    }

    [Fact]
    public async Task A_stream_begins_while_the_provider_holds_the_rest_back_and_ends_with_the_whole_text()
    {
        var rest = new TaskCompletionSource();
        provider.Respond(call => call.Text("first ").HoldUntil(rest.Task).Text("sec", "ond").Usage(3, 4).Stop());

        await using var stream = worker.Client.StreamAsync("Say hello.");
        var chunks = new List<ChunkProduced>();
        await foreach (var chunk in stream)
        {
            chunks.Add(chunk);
            if (chunk.Sequence == 1) Assert.False(stream.Completion.IsCompleted);
            rest.TrySetResult();
        }

        var completed = await stream.Completion;
        Assert.Equal("first ", chunks[0].Text);
        Assert.Equal(completed.LastSequence, chunks[^1].Sequence);
        Assert.Equal(("first second", "first second"), (completed.Text, string.Concat(chunks.Select(chunk => chunk.Text))));
        Assert.Equal(4, completed.Usage!.Output);
    }

    [Fact]
    public async Task A_cancel_ends_the_providers_call_and_keeps_the_partial_text()
    {
        provider.Respond(call => call.Text("as far as ").Stall());
        await using var stream = worker.Client.StreamAsync("Say hello.");
        await using var chunks = stream.GetAsyncEnumerator();
        Assert.True(await chunks.MoveNextAsync());

        await worker.Client.CancelAsync(stream.GenerationId, "enough");
        var cancelled = await Assert.ThrowsAsync<GenerationCancelledException>(() => Until.DoneAsync(stream.Completion));

        Assert.Equal(("enough", "as far as "), (cancelled.Cancelled.Reason, cancelled.Cancelled.PartialText));
        await Until.DoneAsync((await provider.NextCallAsync()).Aborted);
    }

    [Fact]
    public async Task The_same_request_many_times_at_once_is_one_call()
    {
        var request = new GenerateRequested { GenerationId = Guid.CreateVersion7(), Prompt = "Say hello." };

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => worker.Client.GenerateAsync(request)));

        Assert.Single(answers.Select(answer => answer.Text).Distinct());
        Assert.Single(provider.Calls);
    }

    [Fact]
    public async Task After_a_restart_the_same_file_answers_for_what_has_ended_and_goes_on_with_what_has_not()
    {
        provider.Respond(call => call.Text("ended ", "before").Stop());
        var ended = await worker.Client.GenerateAsync("Say hello.");
        provider.Respond(call => call.Text("half of ").Stall());
        await using var cut = worker.Client.StreamAsync("Say more.");
        await using var chunks = cut.GetAsyncEnumerator();
        Assert.True(await chunks.MoveNextAsync());

        await worker.DisposeAsync();
        provider.Respond(call => call.Text("the whole ", "answer").Stop());
        worker = await EmbeddedWorker.StartAsync(folder.File("millrace.db"), provider);

        Assert.Equal(ended.Text, await TailAsync(ended.GenerationId));
        Assert.Equal("the whole answer", await TailAsync(cut.GenerationId));
        Assert.Equal(2, (await worker.Client.WaitAsync(cut.GenerationId)).Attempts);
    }

    public async ValueTask DisposeAsync()
    {
        await worker.DisposeAsync();
        await provider.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>What counts of a generation's chunks, all of which have to come.</summary>
    private async Task<string> TailAsync(Guid id)
    {
        await using var stream = worker.Client.FollowAsync(id);
        var read = new List<ChunkProduced>();
        await foreach (var chunk in stream) read.Add(chunk);
        Assert.Equal(Enumerable.Range(1, (int)(await stream.Completion).LastSequence).Select(n => (long)n), read.Select(chunk => chunk.Sequence));
        return Millrace.Persistence.Chunks.ChunkPayload.TextOf(read);
    }
}
