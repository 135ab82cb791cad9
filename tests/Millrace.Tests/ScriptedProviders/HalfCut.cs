using System.Text.RegularExpressions;

namespace Millrace.Tests.ScriptedProviders;

/// <summary>
/// Frames with halves of surrogate pairs, which no writer of .NET makes: each half is a character of the private use area while the frame is made, and an
/// escape of the half in what is sent.
/// </summary>
internal static partial class HalfCut
{
    private const int Shift = 0xE000 - 0xD800;

    public static string Frame(string text, Func<string, string> frame)
    {
        var stand = string.Concat(text.Select(unit => char.IsSurrogate(unit) ? (char)(unit + Shift) : unit));
        return StandIn().Replace(frame(stand), found => $"\\u{Unit(found.Value) - Shift:x4}");
    }

    private static int Unit(string found) => found.Length == 1 ? found[0] : Convert.ToInt32(found[^4..], 16);

    [GeneratedRegex(@"[\uE000-\uE7FF]|\\+u[eE][0-7][0-9a-fA-F]{2}", RegexOptions.None, 1000)]
    private static partial Regex StandIn();
}
