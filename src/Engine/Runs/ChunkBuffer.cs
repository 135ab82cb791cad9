using System.Text;
using Millrace.Contracts;

namespace Millrace.Engine.Runs;

/// <summary>
/// What a model has produced since the last flush: neighbours of one kind join. One writer adds, one reader takes. A character
/// that is split over two deltas (half of a surrogate pair) waits for its other half.
/// </summary>
internal sealed class ChunkBuffer(int size)
{
    private const int LongestChunk = 65_536;

    private readonly Lock gate = new();
    private readonly StringBuilder text = new();
    private readonly List<Piece> pieces = [];
    private TaskCompletionSource filled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ChunkKind kind = ChunkKind.Text;
    private bool closed;

    /// <summary>Completes when there is something to take, or nothing will come.</summary>
    public Task Filled
    {
        get { lock (gate) return filled.Task; }
    }

    /// <summary>Completes when what is there should not wait for the interval: it is large, or the last.</summary>
    public Task Hurry
    {
        get { lock (gate) return hurry.Task; }
    }

    public void Add(ChunkKind of, string delta)
    {
        lock (gate)
        {
            if (of != kind) Join();
            kind = of;
            text.Append(delta);
            filled.TrySetResult();
            if (text.Length >= size) hurry.TrySetResult();
        }
    }

    /// <summary>Adds a piece that stands by itself, behind what there is. A mark is waited for, so it does not wait for the interval.</summary>
    public void Add(Piece piece)
    {
        lock (gate)
        {
            Join();
            pieces.Add(piece);
            filled.TrySetResult();
            if (piece.Passed is not null) hurry.TrySetResult();
        }
    }

    /// <summary>Forgets what has not been taken.</summary>
    public void Discard()
    {
        lock (gate)
        {
            text.Clear();
            pieces.Clear();
        }
    }

    public void Restart(long keepThrough)
    {
        lock (gate)
        {
            Discard();
            pieces.Add(new Piece(ChunkKind.Restarted, KeepThrough: keepThrough));
            filled.TrySetResult();
        }
    }

    public void Close()
    {
        lock (gate)
        {
            closed = true;
            filled.TrySetResult();
            hurry.TrySetResult();
        }
    }

    /// <summary>Everything so far, and whether it was the last.</summary>
    public (List<Piece> Pieces, bool Last) Take()
    {
        lock (gate)
        {
            var half = !closed && text.Length > 0 && char.IsHighSurrogate(text[^1]) ? text[^1] : '\0';
            if (half != '\0') text.Length--;
            Join();
            if (half != '\0') text.Append(half);
            var taken = new List<Piece>(pieces);
            pieces.Clear();
            if (!closed)
            {
                filled = new(TaskCreationOptions.RunContinuationsAsynchronously);
                hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            return (taken, closed);
        }
    }

    private void Join()
    {
        for (var start = 0; start < text.Length;)
        {
            var length = Math.Min(LongestChunk, text.Length - start);
            if (start + length < text.Length && char.IsHighSurrogate(text[start + length - 1])) length--;
            pieces.Add(new Piece(kind, text.ToString(start, length)));
            start += length;
        }
        text.Clear();
    }
}
