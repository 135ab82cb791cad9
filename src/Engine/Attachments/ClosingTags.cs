using System.Globalization;

namespace Millrace.Engine.Attachments;

/// <summary>
/// The closing tags of <see cref="AttachmentFrame"/> that a text holds. Each character is looked at once, however many there are: texts come from outside, and
/// a search for each possible tag took half a minute for a text full of them.
/// </summary>
internal static class ClosingTags
{
    public const string Name = "attachment";

    private const string Begin = "</" + Name;

    /// <summary>The length of a tag without a number, in characters.</summary>
    public const int Shortest = 13;

    /// <summary>Their numbers, in any case of letters and as they come: 1 for the bare tag.</summary>
    public static IEnumerable<int> In(string text)
    {
        for (var at = 0; (at = text.IndexOf(Begin, at, StringComparison.OrdinalIgnoreCase)) >= 0;)
        {
            at += Begin.Length;
            if (Number(text, ref at) is { } number) yield return number;
        }
    }

    /// <summary>What stands behind the name: nothing, or a number from 2 as it would be written here. No tag here has another one.</summary>
    private static int? Number(string text, ref int at)
    {
        if (at < text.Length && text[at] == '>') return 1;
        if (at == text.Length || text[at] != '-') return null;
        var from = ++at;
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        if (at == text.Length || text[at] != '>' || at == from || text[from] == '0') return null;
        return int.TryParse(text.AsSpan(from, at - from), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 1 ? number : null;
    }
}
