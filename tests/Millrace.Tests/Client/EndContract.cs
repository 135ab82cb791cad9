using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Tests.Client.Fakes;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Client;

/// <summary>How generations and requests end, on every transport.</summary>
public abstract class EndContract
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected abstract Task<Stage> StageAsync();

    [Fact]
    public async Task A_failure_is_thrown_after_the_last_chunk()
    {
        await using var stage = await StageAsync();
        stage.Fleet.Plan = _ => new Script { End = (request, last) => Ends.Failed(request.GenerationId, last) };
        var client = await stage.ClientAsync();
        var read = new List<long>();

        var failure = await Assert.ThrowsAsync<GenerationFailedException>(() => client.Stream("hello").SequencesAsync(chunk =>
        {
            read.Add(chunk.Sequence);
            return Task.CompletedTask;
        }));

        Assert.Equal(Reading.Through(5), read);
        Assert.Equal(FailureReason.ProviderError, failure.Failed.Reason);
        await Assert.ThrowsAsync<GenerationFailedException>(() => client.GenerateAsync("again", cancellationToken: Token));
    }

    [Fact]
    public async Task A_cancel_ends_the_generation_for_everyone_who_waits()
    {
        await using var stage = await StageAsync();
        var cancelled = new TaskCompletionSource();
        stage.Fleet.Plan = _ => new Script { Before = sequence => sequence == 3 ? cancelled.Task : Task.CompletedTask };
        var client = await stage.ClientAsync();
        var stream = client.Stream("hello");
        await stream.Started;

        await client.CancelAsync(stream.GenerationId, "enough", Token);
        await Until.TrueAsync(() => !stage.Fleet.Cancels.IsEmpty);
        cancelled.SetResult();

        var end = await Assert.ThrowsAsync<GenerationCancelledException>(() => stream.SequencesAsync());
        Assert.Equal("enough", end.Cancelled.Reason);
        await Assert.ThrowsAsync<GenerationCancelledException>(() => client.WaitAsync(stream.GenerationId, Token));
    }

    [Fact]
    public async Task A_reader_that_leaves_cancels_nothing()
    {
        await using var stage = await StageAsync();
        var client = await stage.ClientAsync();
        var stream = client.Stream("hello");
        await foreach (var chunk in stream)
            break;

        Assert.Equal(5, (await client.WaitAsync(stream.GenerationId, Token)).LastSequence);
        Assert.Empty(stage.Fleet.Cancels);
    }

    [Fact]
    public async Task Bad_arguments_are_refused_before_anything_is_sent()
    {
        await using var stage = await StageAsync();
        var client = await stage.ClientAsync(options => options.MaxRequestBytes = 2000);

        var size = await Assert.ThrowsAsync<ArgumentException>(() => client.GenerateAsync(new string('x', 3000), cancellationToken: Token));
        Assert.Contains("at most 2,000", size.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => client.Stream(new string('x', 3000)).SequencesAsync());
        await Assert.ThrowsAsync<ArgumentException>(() => client.SubmitAsync(new GenerateRequested { GenerationId = Guid.Empty, Prompt = "x" }, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => client.WaitAsync(Guid.Empty, Token));
        var twice = client.Stream("hello");
        await twice.SequencesAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => twice.SequencesAsync());
        Assert.Single(stage.Fleet.Requests);
    }
}
