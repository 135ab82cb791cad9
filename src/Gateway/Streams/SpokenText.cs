using System.Text;
using Millrace.Contracts;

namespace Millrace.Gateway.Streams;

/// <summary>The text that has been passed on, and which part of it counts after a restart.</summary>
internal sealed class SpokenText
{
    private readonly StringBuilder text = new();
    private readonly List<(long Sequence, int Length)> pieces = [];

    public int Length => text.Length;

    public void Add(ChunkProduced chunk)
    {
        text.Append(chunk.Text);
        pieces.Add((chunk.Sequence, text.Length));
    }

    /// <summary>Takes back what came after a sequence. How many characters still count.</summary>
    public int Keep(long through)
    {
        while (pieces.Count > 0 && pieces[^1].Sequence > through) pieces.RemoveAt(pieces.Count - 1);
        text.Length = pieces.Count > 0 ? pieces[^1].Length : 0;
        return text.Length;
    }

    public override string ToString() => text.ToString();
}
