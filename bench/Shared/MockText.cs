using System.Globalization;

namespace Millrace.Bench;

/// <summary>
/// The text of a mock stream. The first piece tells when the request came and when that piece was sent, the others are numbered,
/// so that a reader knows how late it is and whether anything is missing, double or out of order.
/// </summary>
public static class MockText
{
    /// <summary>The first piece: <c>t=1732000000100000 r=1732000000000000 </c>, both in microseconds of Unix time.</summary>
    public static string First(long receivedUs, long sentUs) =>
        string.Create(CultureInfo.InvariantCulture, $"t={sentUs:D16} r={receivedUs:D16} ");

    /// <summary>The piece with this number, from 2.</summary>
    public static string Later(int number) => string.Create(CultureInfo.InvariantCulture, $"word{number} ");

    /// <summary>Reads the times out of a text that begins with a first piece.</summary>
    public static bool TryReadTimes(ReadOnlySpan<char> text, out long receivedUs, out long sentUs)
    {
        receivedUs = sentUs = 0;
        return text.Length >= FirstLength && text.StartsWith("t=", StringComparison.Ordinal)
            && long.TryParse(text.Slice(2, 16), NumberStyles.None, CultureInfo.InvariantCulture, out sentUs)
            && long.TryParse(text.Slice(21, 16), NumberStyles.None, CultureInfo.InvariantCulture, out receivedUs);
    }

    /// <summary>Whether the text is exactly what a stream of that many chunks says.</summary>
    public static bool IsWhole(ReadOnlySpan<char> text, int chunks)
    {
        if (!TryReadTimes(text, out _, out _))
            return false;
        text = text[FirstLength..];
        for (var number = 2; number <= chunks; number++)
        {
            var piece = Later(number);
            if (!text.StartsWith(piece, StringComparison.Ordinal))
                return false;
            text = text[piece.Length..];
        }
        return text.IsEmpty;
    }

    private const int FirstLength = 38;
}
