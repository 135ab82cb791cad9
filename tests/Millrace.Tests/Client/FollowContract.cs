using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Tests.Client.Fakes;

namespace Millrace.Tests.Client;

/// <summary>What one who comes later is promised, on every transport.</summary>
public abstract class FollowContract
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected abstract Task<Stage> StageAsync();

    [Fact]
    public async Task Who_joins_late_or_after_the_end_gets_everything_from_the_log_page_by_page()
    {
        await using var stage = await StageAsync();
        stage.Fleet.Plan = _ => new Script { Chunks = 100 };
        stage.Fleet.PageLimit = 7;
        var producer = await stage.ClientAsync();
        var id = (await producer.GenerateAsync("hello", cancellationToken: Token)).GenerationId;
        var reader = await stage.ClientAsync();

        var stream = reader.Follow(id);

        Assert.Equal(Reading.Through(100), await stream.SequencesAsync());
        Assert.Null(await stream.Started);
        Assert.Equal(Reading.Through(100, after: 42), await reader.Follow(id, afterSequence: 42).SequencesAsync());
        Assert.Empty(await reader.Follow(id, afterSequence: 100).SequencesAsync());
        Assert.Equal(100, (await reader.WaitAsync(id, Token)).LastSequence);
    }

    [Fact]
    public async Task Who_follows_a_running_generation_hears_it_live_on_any_channel()
    {
        await using var stage = await StageAsync();
        var joined = new TaskCompletionSource();
        stage.Fleet.Plan = _ => new Script { Chunks = 20, Before = sequence => sequence == 10 ? joined.Task : Task.CompletedTask };
        var producer = await stage.ClientAsync();
        var id = await producer.SubmitAsync(new GenerateRequested { GenerationId = Guid.NewGuid(), Prompt = "hello", Channel = "billing" }, Token);
        var reader = await stage.ClientAsync();

        var read = await reader.Follow(id).SequencesAsync(chunk =>
        {
            if (chunk.Sequence == 9)
                joined.SetResult();
            return Task.CompletedTask;
        });

        Assert.Equal(Reading.Through(20), read);
        Assert.Equal(20, (await producer.WaitAsync(id, Token)).LastSequence);
    }

    [Fact]
    public async Task A_request_with_a_channel_of_its_own_is_streamed_too()
    {
        await using var stage = await StageAsync();
        var client = await stage.ClientAsync(Stage.Undisturbed);

        var stream = client.Stream(new GenerateRequested { GenerationId = Guid.NewGuid(), Prompt = "hello", Channel = "billing" });

        Assert.Equal(Reading.Through(5), await stream.SequencesAsync());
        Assert.Equal("billing", Assert.Single(stage.Fleet.Requests).Channel);
        Assert.True(stage.Gateway is not null || stage.Fleet.Questions.IsEmpty);
    }

    [Fact]
    public async Task The_same_request_again_after_the_end_gives_the_same_stream()
    {
        await using var stage = await StageAsync();
        var request = new GenerateRequested { GenerationId = Guid.NewGuid(), Prompt = "hello" };
        var client = await stage.ClientAsync();
        await client.GenerateAsync(request, Token);

        Assert.Equal(Reading.Through(5), await client.Stream(request).SequencesAsync());
        Assert.Equal(5, (await (await stage.ClientAsync(Stage.Impatient)).GenerateAsync(request, Token)).LastSequence);
    }

    [Fact]
    public async Task An_unknown_generation_is_said_to_be_unknown()
    {
        await using var stage = await StageAsync();
        var client = await stage.ClientAsync(Stage.Impatient + (options => options.UnknownAfter = TimeSpan.FromMilliseconds(500)));

        await Assert.ThrowsAsync<GenerationNotFoundException>(() => client.WaitAsync(Guid.NewGuid(), Token));
        await Assert.ThrowsAsync<GenerationNotFoundException>(() => client.Follow(Guid.NewGuid()).SequencesAsync());
    }

    [Fact]
    public async Task Chunks_that_have_expired_are_not_waited_for()
    {
        await using var stage = await StageAsync();
        stage.Fleet.Plan = _ => new Script { ForgetsChunks = true };
        var client = await stage.ClientAsync(Stage.Impatient);
        var id = (await client.GenerateAsync("hello", cancellationToken: Token)).GenerationId;

        var stream = client.Follow(id);

        await Assert.ThrowsAsync<ChunksExpiredException>(() => stream.SequencesAsync());
        Assert.Equal("w1 w2 w3 w4 w5 ", (await stream.Completion).Text);
    }

    [Fact]
    public async Task Two_hundred_generations_on_other_channels_are_followed_at_once()
    {
        await using var stage = await StageAsync();
        stage.Fleet.Plan = _ => new Script { Chunks = 10 };
        var client = await stage.ClientAsync(Stage.Undisturbed);

        var all = await Task.WhenAll(Enumerable.Range(0, 200).Select(n =>
            client.Stream(new GenerateRequested { GenerationId = Guid.NewGuid(), Prompt = "hello", Channel = $"channel-{n % 3}" }).SequencesAsync()));

        Assert.All(all, read => Assert.Equal(Reading.Through(10), read));
        Assert.True(stage.Gateway is not null || stage.Fleet.Questions.IsEmpty);
    }
}
