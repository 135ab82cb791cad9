namespace Millrace.Engine.Batches;

/// <summary>Cuts the pieces of a file into lines; in memory is one piece, and one line that goes over a border.</summary>
internal static class LineSplitter
{
    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>The lines that are not empty.</summary>
    public static async IAsyncEnumerable<TextLine> SplitAsync(IAsyncEnumerable<byte[]> parts, int longest)
    {
        var (begun, number, isTooLong) = (new MemoryStream(), 1L, false);
        await foreach (var part in parts)
        {
            for (var from = begun.Length == 0 && number == 1 && part.AsSpan().StartsWith(Utf8Mark) ? Utf8Mark.Length : 0; from < part.Length;)
            {
                var length = part.AsSpan(from).IndexOf((byte)'\n');
                var rest = part.AsMemory(from, length < 0 ? part.Length - from : length);
                from += rest.Length + 1;
                isTooLong |= begun.Length + rest.Length > longest;
                if (length < 0)
                {
                    if (!isTooLong) begun.Write(rest.Span);
                    break;
                }
                if (Line(number++, begun, rest, isTooLong) is { } line) yield return line;
                begun.SetLength(0);
                isTooLong = false;
            }
        }
        if (Line(number, begun, default, isTooLong) is { } last) yield return last;
    }

    private static TextLine? Line(long number, MemoryStream begun, ReadOnlyMemory<byte> rest, bool isTooLong)
    {
        if (isTooLong) return new(number, default, true);
        if (begun.Length > 0)
        {
            begun.Write(rest.Span);
            rest = begun.GetBuffer().AsMemory(0, (int)begun.Length);
        }
        return rest.Span.IndexOfAnyExcept(" \t\r"u8) < 0 ? null : new(number, rest, false);
    }
}
