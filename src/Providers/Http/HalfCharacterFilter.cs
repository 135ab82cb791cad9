using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Millrace.Providers.Http;

/// <summary>
/// Makes a body of JSON texts readable: halves of surrogate pairs, be they escapes or bytes, become marks of <see cref="HalfCharacters"/>, and bytes
/// that are no UTF-8 become U+FFFD. What a read cuts in two is kept for the next one. Nearly every read passes as it is, after a quick look.
/// </summary>
internal sealed class HalfCharacterFilter
{
    private const int EscapeBytes = 6;
    private const byte Backslash = (byte)'\\';

    private readonly ArrayBufferWriter<byte> output = new();
    private byte[] kept = [];

    /// <summary>True when the bytes need no change and nothing is kept from before.</summary>
    public bool Passes(ReadOnlySpan<byte> bytes) =>
        kept.Length == 0 && (bytes.IsEmpty || bytes[^1] != Backslash) && bytes.IndexOf("\\u"u8) < 0 && Utf8.IsValid(bytes);

    /// <summary>The bytes with what was kept before them, changed as far as they are complete. Valid until the next call.</summary>
    /// <param name="bytes">What was read.</param>
    /// <param name="isLast">True at the body's end: then nothing is kept.</param>
    public ReadOnlyMemory<byte> Change(ReadOnlySpan<byte> bytes, bool isLast)
    {
        byte[] input = [.. kept, .. bytes];
        output.ResetWrittenCount();
        var done = 0;
        while (done < input.Length)
        {
            var step = Step(input.AsSpan(done), isLast);
            if (step == 0) break;
            done += step;
        }
        kept = input[done..];
        return output.WrittenMemory;
    }

    /// <summary>Takes the text up to an escape, or an escape; 0 when more bytes are needed to know.</summary>
    private int Step(ReadOnlySpan<byte> rest, bool isLast)
    {
        var escape = rest.IndexOf(Backslash);
        if (escape == 0) return TakeEscape(rest, isLast);
        var text = escape < 0 ? rest : rest[..escape];
        return TakeText(text, isLast || escape > 0);
    }

    private int TakeText(ReadOnlySpan<byte> text, bool isWhole)
    {
        if (Utf8.IsValid(text)) return Copy(text);
        var at = 0;
        while (at < text.Length)
        {
            var rest = text[at..];
            if (HalfOf(rest) is { } half)
            {
                output.Advance(HalfCharacters.Mark(half, output.GetSpan(HalfCharacters.MarkedBytes)));
                at += 3;
                continue;
            }
            var status = Rune.DecodeFromUtf8(rest, out _, out var length);
            if (!isWhole && (status == OperationStatus.NeedMoreData || MayBeHalf(rest))) return at;
            at += status == OperationStatus.Done ? Copy(rest[..length]) : Replace(length);
        }
        return at;
    }

    private int TakeEscape(ReadOnlySpan<byte> rest, bool isLast)
    {
        if (rest.Length < 2) return isLast ? Copy(rest) : 0;
        if (rest[1] != (byte)'u') return Copy(rest[..2]);
        if (rest.Length < EscapeBytes) return isLast ? Copy(rest) : 0;
        if (UnitOf(rest) is not { } unit) return Copy(rest[..2]);
        if (!char.IsSurrogate(unit)) return Copy(rest[..EscapeBytes]);

        var behind = rest[EscapeBytes..];
        if (char.IsHighSurrogate(unit))
        {
            if (behind.Length < EscapeBytes && !isLast && MayBeEscape(behind)) return 0;
            if (UnitOf(behind) is { } low && char.IsLowSurrogate(low)) return Copy(rest[..(2 * EscapeBytes)]);
        }
        output.Advance(HalfCharacters.Mark(unit, output.GetSpan(HalfCharacters.MarkedBytes)));
        return EscapeBytes;
    }

    /// <summary>A half that was written as three bytes, which UTF-8 forbids and some encoders do all the same.</summary>
    private static char? HalfOf(ReadOnlySpan<byte> rest) =>
        rest.Length >= 3 && rest[0] == 0xED && rest[1] is >= 0xA0 and <= 0xBF && rest[2] is >= 0x80 and <= 0xBF
            ? (char)(0xD000 | ((rest[1] & 0x3F) << 6) | (rest[2] & 0x3F))
            : null;

    private static bool MayBeHalf(ReadOnlySpan<byte> rest) =>
        rest.Length < 3 && rest[0] == 0xED && (rest.Length == 1 || rest[1] is >= 0xA0 and <= 0xBF);

    private static bool MayBeEscape(ReadOnlySpan<byte> start) =>
        (start.Length < 1 || start[0] == Backslash) && (start.Length < 2 || start[1] == (byte)'u');

    private static char? UnitOf(ReadOnlySpan<byte> escape)
    {
        if (escape.Length < EscapeBytes || escape[0] != Backslash || escape[1] != (byte)'u') return null;
        return ushort.TryParse(escape[2..EscapeBytes], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit) ? (char)unit : null;
    }

    private int Copy(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        return bytes.Length;
    }

    private int Replace(int length)
    {
        output.Write("\uFFFD"u8);
        return length;
    }
}
