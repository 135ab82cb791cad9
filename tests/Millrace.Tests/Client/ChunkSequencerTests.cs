using CsCheck;
using Millrace.Client.Streaming;
using Millrace.Contracts;
using Millrace.Tests.Client.Fakes;

namespace Millrace.Tests.Client;

/// <summary>Whatever the bus does to the events, the reader gets 1, 2, 3 … through the end, each once.</summary>
public sealed class ChunkSequencerTests
{
    private static readonly Guid Id = Guid.NewGuid();

    private static readonly Gen<(int Chunks, int After, int Capacity, int PageLimit, int[] Moves, int[] Arrivals)> Runs =
        Gen.Int[0, 40].SelectMany(chunks => Gen.Select(
            Gen.Const(chunks),
            Gen.Int[0, chunks],
            Gen.Int[2, 30],
            Gen.Int[1, 10],
            Gen.Int[0, 3].Array[0, 120],
            Gen.Int[1, Math.Max(1, chunks)].Array[0, 80]));

    /// <summary>
    /// <c>Arrivals</c> is any selection, order and repetition of the live chunks; <c>Moves</c> says who acts next: the bus (0, 1), the reader (2), or the
    /// log with a page that may be stale (3). Then the end arrives, and reader and log take turns.
    /// </summary>
    [Fact]
    public void Any_loss_disorder_and_repetition_gives_each_chunk_once_in_order() => Runs.Sample(run =>
    {
        var log = Reading.Through(run.Chunks).Select(sequence => Chunk.Text(Id, sequence)).ToList();
        var sequencer = new ChunkSequencer(run.Capacity, run.After);
        var read = new List<long>();
        var arrived = 0;
        var stale = Page(log, 0, run.PageLimit);
        foreach (var move in run.Moves)
        {
            if (move == 2)
            {
                Read(sequencer, read);
            }
            else if (move == 3)
            {
                sequencer.Accept(stale, null);
                stale = Page(log, sequencer.Have, Math.Min(run.PageLimit, sequencer.PageSize));
            }
            else if (run.Chunks > 0 && arrived < run.Arrivals.Length)
            {
                sequencer.Accept(log[run.Arrivals[arrived++] - 1]);
            }
        }

        sequencer.End(run.Chunks);
        for (var turn = 0; !sequencer.Finished && turn < 1000; turn++)
        {
            Assert.True(sequencer.Ready <= run.Capacity);
            if (sequencer.MissingAfter is { } after)
            {
                var page = Page(log, after, Math.Min(run.PageLimit, sequencer.PageSize));
                sequencer.Accept(page, page.HasMore ? null : run.Chunks);
            }

            Read(sequencer, read);
        }

        Assert.True(sequencer.Finished);
        Assert.False(sequencer.Expired);
        Assert.Equal(Reading.Through(run.Chunks, run.After), read);
    }, iter: 20_000);

    [Fact]
    public void Without_a_page_it_asks_for_what_is_missing_and_gives_what_it_has()
    {
        var sequencer = new ChunkSequencer(capacity: 100);
        sequencer.Accept(Chunk.Text(Id, 1));
        Assert.Null(sequencer.MissingAfter);

        sequencer.Accept(Chunk.Text(Id, 3));

        Assert.Equal(1, sequencer.MissingAfter);
        Assert.True(sequencer.TryTake(out _));
        Assert.False(sequencer.TryTake(out _));
    }

    [Fact]
    public void The_end_shows_that_the_tail_is_missing()
    {
        var sequencer = new ChunkSequencer(capacity: 100);
        sequencer.Accept(Chunk.Text(Id, 1));

        sequencer.End(4);

        Assert.Equal(1, sequencer.MissingAfter);
        Assert.False(sequencer.Finished);
    }

    [Fact]
    public void A_full_buffer_drops_and_asks_when_half_of_it_is_free()
    {
        var sequencer = new ChunkSequencer(capacity: 4);
        foreach (var sequence in Reading.Through(10))
            sequencer.Accept(Chunk.Text(Id, sequence));

        Assert.Equal(4, sequencer.Ready);
        Assert.Null(sequencer.MissingAfter);
        sequencer.TryTake(out _);
        sequencer.TryTake(out _);
        Assert.Equal(4, sequencer.MissingAfter);
        Assert.Equal(2, sequencer.PageSize);
    }

    [Fact]
    public void A_log_that_ends_without_the_next_chunk_has_lost_it()
    {
        var sequencer = new ChunkSequencer(capacity: 100);
        sequencer.Accept(Chunk.Text(Id, 1));

        sequencer.Accept(Page([], 1, 10), last: 4);

        Assert.True(sequencer.Expired);
        Assert.Null(sequencer.MissingAfter);
    }

    [Fact]
    public void Somebody_elses_page_from_further_on_proves_nothing()
    {
        var sequencer = new ChunkSequencer(capacity: 100);

        sequencer.Accept(Page([], long.MaxValue, 1), last: 4);

        Assert.False(sequencer.Expired);
        Assert.Equal(0, sequencer.MissingAfter);
    }

    private static void Read(ChunkSequencer sequencer, List<long> read)
    {
        if (sequencer.TryTake(out var chunk))
            read.Add(chunk.Sequence);
    }

    private static ChunksReplayed Page(List<ChunkProduced> log, long after, int limit)
    {
        var rest = log.Where(chunk => chunk.Sequence > after).ToList();
        return new ChunksReplayed
        {
            GenerationId = Id,
            AfterSequence = after,
            Chunks = rest.Take(limit).ToList(),
            HasMore = rest.Count > limit,
            Known = true,
        };
    }
}
