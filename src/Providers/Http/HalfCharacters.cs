using System.Globalization;
using System.Text;

namespace Millrace.Providers.Http;

/// <summary>
/// Halves of surrogate pairs on their way through an SDK. Servers that cut their text by UTF-16 units send the halves of a character in two frames, and
/// no JSON reader of .NET takes half a character. So each half travels as three noncharacters (U+FDD0 to U+FDEF, five bits each), which no text may hold,
/// and a <see cref="HalfJoiner"/> behind the SDK puts the halves together again.
/// </summary>
internal static class HalfCharacters
{
    /// <summary>The bytes of a marked half.</summary>
    public const int MarkedBytes = 9;

    private const char First = '\uFDD0';
    private const char Last = '\uFDEF';
    private const int MarkedCharacters = 3;
    private const int EscapeCharacters = 6;

    /// <summary>Writes the mark of <paramref name="half"/> as UTF-8; returns its bytes.</summary>
    public static int Mark(char half, Span<byte> utf8)
    {
        var value = half - 0xD800;
        Span<char> mark = [Digit(value >> 10), Digit(value >> 5), Digit(value)];
        return Encoding.UTF8.GetBytes(mark, utf8);
    }

    /// <summary>True when a mark may be in the text: a cheap look, which nearly every text ends with.</summary>
    public static bool MayHold(ReadOnlySpan<char> text) => text.IndexOfAnyInRange(First, Last) >= 0;

    /// <summary>The half whose mark begins at <paramref name="at"/>.</summary>
    public static bool IsMark(ReadOnlySpan<char> text, int at, out char half)
    {
        half = default;
        if (at + MarkedCharacters > text.Length) return false;
        return IsMark(text[at], text[at + 1], text[at + 2], out half);
    }

    /// <summary>The text with its marked halves joined, and each that has no other half as U+FFFD.</summary>
    public static string Whole(string text)
    {
        var joiner = new HalfJoiner();
        return joiner.Join(text) + joiner.End();
    }

    /// <summary>JSON text in which an escape of half a pair, or of a mark, is <c>\ufffd</c>, so that every reader takes it.</summary>
    public static string MendEscapes(string json)
    {
        if (!json.Contains("\\u", StringComparison.Ordinal)) return json;
        StringBuilder? mended = null;
        for (var at = 0; at < json.Length;)
        {
            var (unit, length) = Unit(json, at);
            var isPair = char.IsHighSurrogate(unit) && at + length < json.Length && char.IsLowSurrogate(Unit(json, at + length).Unit);
            if (isPair)
            {
                length += Unit(json, at + length).Length;
                mended?.Append(json, at, length);
            }
            else if (char.IsSurrogate(unit))
            {
                mended ??= new StringBuilder(json, 0, at, json.Length);
                mended.Append("\\ufffd");
            }
            else
            {
                mended?.Append(json, at, length);
            }
            at += length;
        }
        return mended?.ToString() ?? json;
    }

    /// <summary>What stands at <paramref name="at"/>: a character, an escape, or a mark that a JSON writer has escaped.</summary>
    private static (char Unit, int Length) Unit(string json, int at)
    {
        if (json[at] != '\\') return (json[at], 1);
        if (Escape(json, at) is not { } unit) return ('\\', Math.Min(2, json.Length - at));
        var isMark = Escape(json, at + EscapeCharacters) is { } second
            && Escape(json, at + (2 * EscapeCharacters)) is { } third
            && IsMark(unit, second, third, out unit);
        return (unit, isMark ? MarkedCharacters * EscapeCharacters : EscapeCharacters);
    }

    private static char? Escape(string json, int at)
    {
        if (at + EscapeCharacters > json.Length || json[at] != '\\' || json[at + 1] != 'u') return null;
        return ushort.TryParse(json.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit) ? (char)unit : null;
    }

    private static bool IsMark(char first, char second, char third, out char half)
    {
        half = first;
        if (first is not (First or (char)(First + 1)) || second is < First or > Last || third is < First or > Last) return false;
        half = (char)(0xD800 + ((first - First) << 10) + ((second - First) << 5) + third - First);
        return true;
    }

    private static char Digit(int value) => (char)(First + (value & 31));
}
