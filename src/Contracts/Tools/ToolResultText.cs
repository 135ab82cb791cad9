namespace Millrace.Contracts;

/// <summary>How long the text of a tool's result may be.</summary>
public static class ToolResultText
{
    /// <summary>No worker keeps more of a result.</summary>
    public const int MostCharacters = 1_000_000;

    /// <summary>At most so many characters, the mark for what was cut off included.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">How many. Default: <see cref="MostCharacters"/>.</param>
    public static string Cut(string text, int most = MostCharacters)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= most)
            return text;
        var mark = $"\n[cut: the result has {text.Length} characters, of which the first are above]";
        var kept = Math.Max(0, most - mark.Length);
        if (kept > 0 && char.IsHighSurrogate(text[kept - 1]))
            kept--;
        return text[..kept] + mark;
    }
}
