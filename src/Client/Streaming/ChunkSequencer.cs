using Millrace.Contracts;

namespace Millrace.Client.Streaming;

/// <summary>
/// Puts one generation's chunks in order: takes live chunks and replayed pages in any order and number, gives each chunk once, in order
/// and without gap, and knows what is missing. Pure and single-threaded: no clock, no broker. Holds at most <c>capacity</c> chunks; what has no
/// room is dropped and counts as missing until the reader has caught up.
/// </summary>
internal sealed class ChunkSequencer(int capacity, long afterSequence = 0)
{
    private readonly Queue<ChunkProduced> ready = new();
    private readonly SortedList<long, ChunkProduced> early = [];
    private long exists = afterSequence;
    private long? last;

    /// <summary>The last sequence that is in order.</summary>
    public long Have { get; private set; } = afterSequence;

    /// <summary>Chunks that the reader can take now.</summary>
    public int Ready => ready.Count;

    /// <summary>The log ended without the next chunk: it will never come.</summary>
    public bool Expired { get; private set; }

    /// <summary>The reader has everything up to the end of the generation.</summary>
    public bool Finished => this.last <= Have && ready.Count == 0;

    /// <summary>The next chunk would be dropped.</summary>
    public bool IsFull => ready.Count + early.Count >= capacity;

    /// <summary>At least half of it is free.</summary>
    public bool HasRoom => ready.Count <= capacity / 2;

    /// <summary>The sequence after which chunks should be fetched from the log now, or null when nothing is missing or there is no room.</summary>
    public long? MissingAfter => Have < exists && HasRoom && !Expired ? Have : null;

    /// <summary>How many chunks a page should have at most.</summary>
    public int PageSize => Math.Clamp(capacity - ready.Count, 1, 200);

    /// <summary>Takes a chunk, from wherever it came.</summary>
    public void Accept(ChunkProduced chunk)
    {
        if (chunk.Sequence <= Have)
            return;
        exists = Math.Max(exists, chunk.Sequence);
        if (!MakeRoomFor(chunk.Sequence))
            return;
        if (chunk.Sequence > Have + 1)
        {
            early.TryAdd(chunk.Sequence, chunk);
            return;
        }

        Append(chunk);
        while (early.Count > 0 && early.GetKeyAtIndex(0) <= Have + 1)
        {
            var next = early.GetValueAtIndex(0);
            early.RemoveAt(0);
            if (next.Sequence == Have + 1)
                Append(next);
        }
    }

    /// <summary>Takes a page of the log, with the end of the generation if the page has it.</summary>
    public void Accept(ChunksReplayed page, long? last)
    {
        foreach (var chunk in page.Chunks)
            Accept(chunk);
        if (page.HasMore)
            exists = Math.Max(exists, Through(page) + 1);
        if (last is not { } end)
            return;
        End(end);
        var next = Have + 1;
        Expired |= !page.HasMore && page.AfterSequence < next && next <= end && page.Chunks.All(chunk => chunk.Sequence != next);
    }

    /// <summary>The generation has ended and <paramref name="last"/> is the sequence of its last chunk.</summary>
    public void End(long last)
    {
        this.last = last;
        exists = Math.Max(exists, last);
    }

    /// <summary>Gives the next chunk in order, if it is there.</summary>
    public bool TryTake(out ChunkProduced chunk) => ready.TryDequeue(out chunk!);

    private static long Through(ChunksReplayed page) =>
        page.Chunks.Count > 0 ? page.Chunks[^1].Sequence : page.AfterSequence;

    private void Append(ChunkProduced chunk)
    {
        ready.Enqueue(chunk);
        Have = chunk.Sequence;
    }

    /// <summary>When full, the latest early chunk gives way to an earlier one; the next one in order always wins over early ones.</summary>
    private bool MakeRoomFor(long sequence)
    {
        if (ready.Count + early.Count < capacity)
            return true;
        if (early.Count == 0 || early.GetKeyAtIndex(early.Count - 1) <= sequence)
            return false;
        early.RemoveAt(early.Count - 1);
        return true;
    }
}
