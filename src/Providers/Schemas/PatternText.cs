using System.Globalization;
using System.Text;

namespace Millrace.Providers.Schemas;

/// <summary>
/// A pattern of JSON Schema, which is JavaScript's, written for .NET: <c>\d</c> and <c>\w</c> are ASCII, <c>.</c> is no line end, <c>$</c> is the very end, a
/// <c>[</c> in a class is a letter. Read once, from left to right.
/// </summary>
internal sealed class PatternText
{
    private const int DeepestGroup = 50;
    private const long MostStates = 1_000_000;

    private readonly string source;
    private readonly StringBuilder written = new();
    private readonly Stack<long> outer = [];
    private long sum;
    private long last;
    private int at;

    private PatternText(string source)
    {
        this.source = source;
        while (at < source.Length) ReadOne();
        if (outer.Count > 0) throw new SchemaException("a group is not closed");
    }

    /// <summary>What .NET reads.</summary>
    public string Written => written.ToString();

    /// <summary>How long the pattern is with its counted repetitions written out, about.</summary>
    public int States => (int)Math.Min(sum + 1, MostStates);

    /// <exception cref="SchemaException">Its groups or classes do not close, or groups stand too deep in one another.</exception>
    public static PatternText Read(string source) => new(source);

    private void ReadOne()
    {
        switch (source[at])
        {
            case '\\':
                ReadEscape(isInClass: false);
                Count(1);
                break;
            case '[':
                ReadClass();
                Count(1);
                break;
            case '(':
                outer.Push(sum);
                if (outer.Count > DeepestGroup) throw new SchemaException($"groups are nested more than {DeepestGroup} deep");
                (sum, last) = (0, 0);
                Copy();
                break;
            case ')':
                if (outer.Count == 0) throw new SchemaException("a ')' has no '('");
                last = sum + 1;
                sum = Math.Min(MostStates, outer.Pop() + last);
                Copy();
                break;
            case '{' when Repetitions() is var (times, length):
                sum = Math.Min(MostStates, sum + (last * Math.Max(0, times - 1)));
                last = Math.Min(MostStates, last * Math.Max(1, times));
                written.Append(source, at, length);
                at += length;
                break;
            case '$':
                Write("\\z");
                break;
            case '.':
                Write("[^\\n\\r\\u2028\\u2029]");
                Count(1);
                break;
            case '|' or '^' or '*' or '+' or '?':
                Copy();
                break;
            default:
                Copy();
                Count(1);
                break;
        }
    }

    private void ReadEscape(bool isInClass)
    {
        if (at + 1 == source.Length) throw new SchemaException("it ends in a '\\'");
        var (open, close) = isInClass ? ("", "") : ("[", "]");
        var ascii = (source[at + 1], isInClass) switch
        {
            ('d', _) => $"{open}0-9{close}",
            ('w', _) => $"{open}a-zA-Z0-9_{close}",
            ('D', false) => "[^0-9]",
            ('W', false) => "[^a-zA-Z0-9_]",
            _ => null,
        };
        if (ascii is null) written.Append(source, at, 2);
        else written.Append(ascii);
        at += 2;
    }

    private void ReadClass()
    {
        // JavaScript's empty class is nothing, and its opposite anything; .NET would read on
        if (source.AsSpan(at).StartsWith("[]")) (at, _) = (at + 2, written.Append("(?!)"));
        else if (source.AsSpan(at).StartsWith("[^]")) (at, _) = (at + 3, written.Append("[\\s\\S]"));
        else
        {
            Copy();
            while (at < source.Length && source[at] != ']')
            {
                if (source[at] == '\\') ReadEscape(isInClass: true);
                else if (source[at] == '[') Write("\\[");
                else Copy();
            }
            if (at == source.Length) throw new SchemaException("a class is not closed");
            Copy();
        }
    }

    /// <summary>The most repetitions of <c>{3}</c>, <c>{3,}</c> or <c>{3,5}</c>, and its length; null for braces that are text.</summary>
    private (long Times, int Length)? Repetitions()
    {
        var end = source.IndexOf('}', at);
        if (end < 0) return null;
        var bounds = source[(at + 1)..end].Split(',');
        if (bounds.Length > 2 || bounds[0].Length == 0 || bounds.Any(bound => !bound.All(char.IsAsciiDigit))) return null;
        return (bounds.Max(Bound), end - at + 1);
    }

    private static long Bound(string digits) =>
        digits.Length == 0 ? 0 : long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var bound) ? Math.Min(bound, MostStates) : MostStates;

    private void Count(long states) => (sum, last) = (Math.Min(MostStates, sum + states), states);

    private void Copy() => written.Append(source[at++]);

    private void Write(string text)
    {
        written.Append(text);
        at++;
    }
}
