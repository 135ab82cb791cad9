using Millrace.Client;
using Millrace.Tests.Client.Fakes;

namespace Millrace.Tests.Client;

/// <summary>What a stream promises on every transport.</summary>
public abstract class StreamContract
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected abstract Task<Stage> StageAsync();

    [Fact]
    public async Task A_stream_gives_each_chunk_once_in_order_and_then_the_outcome()
    {
        await using var stage = await StageAsync();
        var client = await stage.ClientAsync(Stage.Undisturbed);

        var stream = client.Stream("hello");

        Assert.Equal(Reading.Through(5), await stream.SequencesAsync());
        Assert.Equal("w1 w2 w3 w4 w5 ", (await stream.Completion).Text);
        var request = Assert.Single(stage.Fleet.Requests);
        if (stage.Gateway is not null)
        {
            Assert.Null(await stream.Started);
            return;
        }

        Assert.Equal("fake", (await stream.Started)!.Worker);
        Assert.Empty(stage.Fleet.Questions);
        Assert.Equal(client.Channel, request.Channel);
    }

    [Fact]
    public async Task Duplicates_and_disorder_on_the_bus_do_not_show()
    {
        await using var stage = await StageAsync();
        stage.Fleet.Plan = _ => new Script { Chunks = 50, Send = all => all.Chunk(5).SelectMany(five => five.Reverse().Concat(five)) };
        var client = await stage.ClientAsync();

        Assert.Equal(Reading.Through(50), await client.Stream("hello").SequencesAsync());
    }

    [Fact]
    public async Task Lost_chunks_are_fetched_from_the_log_before_the_generation_ends()
    {
        await using var stage = await StageAsync();
        var readLost = new TaskCompletionSource();
        stage.Fleet.Plan = _ => new Script
        {
            Chunks = 30,
            Send = all => all.Where(sequence => sequence is not (7 or 8 or 9)),
            Before = sequence => sequence == 31 ? readLost.Task : Task.CompletedTask,
        };
        var client = await stage.ClientAsync(Stage.Undisturbed);

        var read = await client.Stream("hello").SequencesAsync(chunk =>
        {
            if (chunk.Sequence == 9)
                readLost.SetResult();
            return Task.CompletedTask;
        });

        Assert.Equal(Reading.Through(30), read);
        if (stage.Gateway is null) // a gateway's reader can come so late that it has read the log already
            Assert.Equal(6, stage.Fleet.Questions.First().AfterSequence);
    }

    [Fact]
    public async Task A_lost_end_and_a_lost_tail_are_found_after_silence()
    {
        await using var stage = await StageAsync();
        stage.Fleet.Plan = _ => new Script { Send = all => all.Take(2), LosesEnd = true };
        var client = await stage.ClientAsync(Stage.Impatient);

        var stream = client.Stream("hello");

        Assert.Equal(Reading.Through(5), await stream.SequencesAsync());
        Assert.Equal(5, (await stream.Completion).LastSequence);
    }

    [Fact]
    public async Task Two_clients_get_their_own_generations_only()
    {
        await using var stage = await StageAsync();
        stage.Fleet.Plan = request => new Script { Chunks = 20, Write = (id, sequence) => Chunk.Text(id, sequence, request.Prompt) };
        MillraceClient[] clients = [await stage.ClientAsync(), await stage.ClientAsync()];

        await Task.WhenAll(clients.SelectMany((client, who) => Enumerable.Range(0, 20).Select(async _ =>
        {
            var read = await client.Stream($"of {who}").SequencesAsync(chunk =>
            {
                Assert.Equal($"of {who}", chunk.Text);
                return Task.CompletedTask;
            });
            Assert.Equal(Reading.Through(20), read);
        })));
    }

    [Fact]
    public async Task Five_hundred_streams_at_once_are_each_in_order()
    {
        await using var stage = await StageAsync();
        stage.Fleet.Plan = _ => new Script { Chunks = 20 };
        var client = await stage.ClientAsync();

        var all = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => client.Stream("hello").SequencesAsync()));

        Assert.All(all, read => Assert.Equal(Reading.Through(20), read));
    }

    [Fact]
    public async Task A_slow_reader_gets_everything_with_a_small_buffer()
    {
        await using var stage = await StageAsync();
        var allSent = new TaskCompletionSource();
        stage.Fleet.Plan = _ => new Script
        {
            Chunks = 300,
            Before = sequence =>
            {
                if (sequence == 301)
                    allSent.SetResult();
                return Task.CompletedTask;
            },
        };
        var client = await stage.ClientAsync(options => options.StreamBuffer = 10);

        var stream = client.Stream("hello");
        await allSent.Task;
        await stream.Completion;

        Assert.Equal(Reading.Through(300), await stream.SequencesAsync());
    }
}
