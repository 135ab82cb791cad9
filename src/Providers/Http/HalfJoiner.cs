using System.Text;

namespace Millrace.Providers.Http;

/// <summary>
/// Joins the marked halves of one kind of text, piece by piece. The first half of a pair waits for the piece that brings the second; a half that
/// stays alone is U+FFFD.
/// </summary>
internal sealed class HalfJoiner
{
    private const char Replacement = '\uFFFD';

    private char waiting;

    /// <summary>What of <paramref name="piece"/>, and of what waited before it, is whole now.</summary>
    public string Join(string piece)
    {
        if (piece.Length == 0 || (waiting == default && !HalfCharacters.MayHold(piece))) return piece;
        var joined = new StringBuilder(piece.Length + 1);
        for (var at = 0; at < piece.Length; at++)
        {
            if (!HalfCharacters.IsMark(piece, at, out var half))
            {
                Release(joined);
                joined.Append(piece[at]);
                continue;
            }
            Add(half, joined);
            at += 2; // a mark has three characters
        }
        return joined.ToString();
    }

    /// <summary>The end of the text: U+FFFD for a half that still waits, else nothing.</summary>
    public string End()
    {
        var rest = waiting == default ? "" : Replacement.ToString();
        waiting = default;
        return rest;
    }

    private void Add(char half, StringBuilder joined)
    {
        if (char.IsHighSurrogate(half))
        {
            Release(joined);
            waiting = half;
            return;
        }
        if (waiting == default) joined.Append(Replacement);
        else joined.Append(waiting).Append(half);
        waiting = default;
    }

    private void Release(StringBuilder joined)
    {
        if (waiting != default) joined.Append(Replacement);
        waiting = default;
    }
}
